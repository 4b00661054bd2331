import { Button, Group, Paper, Rating, Stack, Text, Title } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import { media } from '@/lib/paths';
import { useBlind, useRateBlind } from '../api/blind';
import classes from './BlindPage.module.css';
import { StatsTable } from './StatsTable';

/** Rating drafts one by one without knowing which model wrote them: so models are compared, not names. */
export default function BlindPage() {
  const { t } = useTranslation();
  const blind = useBlind();
  const rate = useRateBlind();
  if (blind.isPending) return <PageLoader />;
  if (!blind.data) return <ErrorNotice error={blind.error} onRetry={() => void blind.refetch()} />;
  const { draft, left } = blind.data;

  return (
    <Stack gap="md">
      <div>
        <Title order={1} size="h3">
          {t('blind.title')}
        </Title>
        <Text c="dimmed" role="status">
          {t('blind.left', { count: left })}
        </Text>
      </div>
      {draft ? (
        <Paper withBorder p="md" maw={720}>
          <img src={media.big(draft.image_hash)} alt={t('photo.photo')} className={classes.picture} />
          <Text size="lg" my="md" dir="auto">
            {draft.text}
          </Text>
          <Group justify="space-between">
            <Rating
              key={draft.id}
              size="xl"
              aria-label={t('captions.rate')}
              readOnly={rate.isPending}
              getSymbolLabel={(stars) => t('captions.stars', { count: stars })}
              onChange={(rating) => rate.mutate({ id: draft.id, rating })}
            />
            <Button variant="default" onClick={() => void blind.refetch()} loading={blind.isFetching}>
              {t('blind.another')}
            </Button>
          </Group>
        </Paper>
      ) : (
        <EmptyState icon={<IconScale size={48} />} title={t('blind.noneTitle')} hint={t('blind.noneHint')} />
      )}
      {rate.error && <ErrorNotice error={rate.error} />}
      <StatsTable />
    </Stack>
  );
}
