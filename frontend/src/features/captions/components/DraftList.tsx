import { Badge, Button, Group, Loader, Paper, Stack, Text, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '@/components/ErrorNotice';
import type { Caption, CaptionLedger } from '@/lib/api-types';
import { useErrorText } from '@/lib/error-text';
import { languageName } from '@/lib/i18n';
import { useDecideCaption } from '../api/decide-caption';
import type { Drafts } from '../use-drafts';
import classes from './Captions.module.css';

/** What models offer for this photo, best first, and what the one at work is doing. */
export function DraftList({ hash, ledger, drafts, hasText, usedId, onUse, onMerge }: Props) {
  const { t, i18n } = useTranslation();
  const errorText = useErrorText();
  const decide = useDecideCaption(hash);
  const offered = ledger.results.filter((row) => row.state === 'draft').sort(byScore);
  const { phase } = drafts;

  const refuse = (draft: Caption) =>
    decide.mutate(
      { id: draft.id, decision: { action: 'refuse' } },
      { onError: (error) => notifications.show({ color: 'red', message: errorText(error) }) },
    );

  return (
    <Stack gap="xs">
      {drafts.busy && (
        <Group gap="xs">
          <Loader size="xs" aria-hidden />
          <Text size="sm">{statusText()}</Text>
        </Group>
      )}
      <VisuallyHidden role="status">{statusText()}</VisuallyHidden>
      {phase.state === 'failed' && <ErrorNotice error={phase.error} onRetry={() => drafts.request()} />}
      {phase.state === 'done' && phase.count === 0 && (
        <Group gap="xs">
          <Text size="sm" c="dimmed" flex={1}>
            {t('captions.nothingNew')}
          </Text>
          <Button size="compact-sm" variant="default" onClick={() => drafts.request({ force: true })}>
            {t('captions.askAgain')}
          </Button>
        </Group>
      )}
      {offered.length > 0 && (
        <Stack gap="xs" component="ul" className={classes.drafts} aria-label={t('captions.drafts')}>
          {offered.map((draft) => (
            <Paper
              key={draft.id}
              component="li"
              withBorder
              p="sm"
              radius="md"
              className={classes.draft}
              data-used={draft.id === usedId || undefined}
            >
              <Text lang={draft.language || undefined}>{draft.text}</Text>
              <Group gap={6} mt={6}>
                {draft.model && (
                  <Badge variant="default" tt="none" fw={500} title={draft.model.id}>
                    {draft.model.label}
                  </Badge>
                )}
                {draft.language && (
                  <Text size="xs" c="dimmed">
                    {languageName(draft.language, i18n.language)}
                  </Text>
                )}
                {draft.scores?.log_probability !== undefined && (
                  <Text size="xs" c="dimmed" title={t('captions.scoreHint')}>
                    {t('captions.score', { value: formatScore(draft.scores.log_probability, i18n.language) })}
                  </Text>
                )}
              </Group>
              <Group gap="xs" mt="xs">
                <Button size="compact-sm" onClick={() => onUse(draft)}>
                  {t('captions.use')}
                </Button>
                {hasText && (
                  <Button size="compact-sm" variant="default" onClick={() => onMerge(draft)}>
                    {t('captions.merge')}
                  </Button>
                )}
                <Button size="compact-sm" variant="subtle" color="gray" onClick={() => refuse(draft)}>
                  {t('captions.refuse')}
                </Button>
              </Group>
            </Paper>
          ))}
        </Stack>
      )}
    </Stack>
  );

  function statusText(): string {
    if (phase.state === 'queued' || phase.state === 'loading' || phase.state === 'writing') {
      return t(`captions.status.${phase.state}`);
    }
    if (phase.state === 'done' && phase.count)
      return t('captions.ready', { count: phase.count, text: offered[0]?.text });
    return '';
  }
}

function byScore(a: Caption, b: Caption): number {
  const [x, y] = [a.scores?.log_probability, b.scores?.log_probability];
  const comparable = x !== undefined && y !== undefined && a.model?.id === b.model?.id;
  return comparable && x !== y ? y - x : b.id - a.id;
}

function formatScore(value: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
}

interface Props {
  hash: string;
  ledger: CaptionLedger;
  drafts: Drafts;
  /** There is something in the editor to merge with. */
  hasText: boolean;
  usedId: number | null;
  onUse: (draft: Caption) => void;
  onMerge: (draft: Caption) => void;
}
