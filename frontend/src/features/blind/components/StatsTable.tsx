import { Stack, Switch, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/get-user';
import { ErrorNotice } from '@/components/ErrorNotice';
import type { Ratings } from '@/lib/api-types';
import { useCaptionStats } from '../api/caption-stats';
import { statsRows } from '../stats-rows';

const STEPS = [
  'plain',
  'names_replaced',
  'names_appended',
  'place_added',
  'date_added',
  'rewritten',
  'language_kept',
] as const;
const isStep = (step: string): step is (typeof STEPS)[number] => (STEPS as readonly string[]).includes(step);

/** How drafts were received, per model and per what was done to them: the user study that never ends. */
export function StatsTable() {
  const { t, i18n } = useTranslation();
  const { data: me } = useMe();
  const [everybody, setEverybody] = useState(false);
  const stats = useCaptionStats(everybody);
  if (stats.error) return <ErrorNotice error={stats.error} onRetry={() => void stats.refetch()} />;
  if (!stats.data) return null;
  const rows = statsRows(stats.data);

  const part = (value: number | null) =>
    value === null ? '–' : new Intl.NumberFormat(i18n.language, { style: 'percent' }).format(value);
  const number = (value: number | null) =>
    value === null ? '–' : new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 2 }).format(value);
  const rated = ({ n, first_quartile, median, third_quartile }: Ratings) =>
    n === 0
      ? '–'
      : t('stats.rated', {
          n,
          low: number(first_quartile),
          median: number(median),
          high: number(third_quartile),
        });
  // A step of a newer server has no words yet: its own name is better than none.
  const stepName = (step: string) => (isStep(step) ? t(`stats.step.${step}`) : step);

  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {t('stats.title')}
      </Title>
      {me?.is_superuser && (
        <Switch
          label={t('stats.everybody')}
          checked={everybody}
          onChange={(event) => setEverybody(event.currentTarget.checked)}
        />
      )}
      {rows.length === 0 ? (
        <Text c="dimmed">{t('stats.none')}</Text>
      ) : (
        <>
          <Table.ScrollContainer
            type="native"
            minWidth={760}
            role="region"
            tabIndex={0}
            aria-label={t('stats.title')}
          >
            <Table verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('stats.model')}</Table.Th>
                  <Table.Th>{t('stats.drafts')}</Table.Th>
                  <Table.Th>{t('stats.accepted')}</Table.Th>
                  <Table.Th>{t('stats.merged')}</Table.Th>
                  <Table.Th>{t('stats.refused')}</Table.Th>
                  <Table.Th>{t('stats.heldBack')}</Table.Th>
                  <Table.Th>{t('stats.ratings')}</Table.Th>
                  <Table.Th>{t('stats.blind')}</Table.Th>
                  <Table.Th>{t('stats.correlation')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map(({ key, model, step, numbers }) => (
                  <Table.Tr key={key}>
                    <Table.Th
                      scope="row"
                      ps={model === null ? 'lg' : undefined}
                      fw={model === null ? 400 : 600}
                    >
                      {[model, step && stepName(step)].filter(Boolean).join(' · ')}
                    </Table.Th>
                    <Table.Td>{numbers.drafts}</Table.Td>
                    <Table.Td>{part(numbers.acceptance_rate)}</Table.Td>
                    <Table.Td>{part(numbers.merge_rate)}</Table.Td>
                    <Table.Td>{part(numbers.refusal_rate)}</Table.Td>
                    <Table.Td>{part(numbers.held_back_rate)}</Table.Td>
                    <Table.Td>{rated(numbers.ratings)}</Table.Td>
                    <Table.Td>{rated(numbers.blind_ratings)}</Table.Td>
                    <Table.Td>{number(numbers.correlations.clip.spearman)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          <Text size="sm" c="dimmed">
            {t('stats.hint')}
          </Text>
        </>
      )}
    </Stack>
  );
}
