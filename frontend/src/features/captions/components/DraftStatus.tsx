import { Anchor, Button, Group, Loader, Progress, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ErrorNotice } from '@/components/ErrorNotice';
import { paths } from '@/lib/paths';
import type { Drafts } from '../use-drafts';
import classes from './Captions.module.css';
import { RewriteNotice } from './RewriteNotice';

/** What the wand is doing, seen and announced. `first`: the text to announce when drafts are ready. */
export function DraftStatus({ drafts, first }: { drafts: Drafts; first: string | undefined }) {
  const { t } = useTranslation();
  const { phase } = drafts;

  return (
    <Stack gap={6}>
      {phase.state === 'downloading' && (
        <>
          <Group gap="xs" justify="space-between">
            <Text size="sm">{t(`captions.${phase.step}`, { percentage: phase.percentage })}</Text>
            <Anchor component={Link} to={paths.job(phase.jobId)} size="sm">
              {t('captions.toJob')}
            </Anchor>
          </Group>
          <Progress value={phase.percentage} aria-label={t(`captions.step.${phase.step}`)} />
        </>
      )}
      {'text' in phase && (
        <Group gap="xs" align="flex-start" wrap="nowrap">
          <Loader size="xs" mt={3} aria-hidden />
          <Text size="sm" className={classes.kept} dir="auto">
            {phase.text || t(`captions.status.${phase.state}`)}
          </Text>
        </Group>
      )}
      <VisuallyHidden role="status">{announcement()}</VisuallyHidden>
      {phase.state === 'failed' && <ErrorNotice error={phase.error} onRetry={drafts.retry} />}
      {phase.state === 'done' && phase.rewrite && <RewriteNotice outcome={phase.rewrite} />}
      {phase.state === 'done' && phase.repeated && (
        <Text size="sm" c="dimmed">
          {t('rewrite.repeated')}
        </Text>
      )}
      {phase.state === 'done' && phase.order.length === 0 && (
        <Group gap="xs">
          <Text size="sm" c="dimmed" flex={1}>
            {t('captions.nothingNew')}
          </Text>
          <Button size="compact-sm" variant="default" onClick={() => drafts.request({ force: true })}>
            {t('captions.askAgain')}
          </Button>
        </Group>
      )}
    </Stack>
  );

  // The percentage and each word would interrupt again and again; only the steps are announced.
  function announcement(): string {
    if ('text' in phase) return t(`captions.status.${phase.state}`);
    if (phase.state === 'downloading') return t(`captions.step.${phase.step}`);
    if (phase.state !== 'done') return '';
    if (phase.repeated) return t('rewrite.repeated');
    if (phase.news > 0) return t('captions.ready', { count: phase.news, text: first });
    // What the language model did not manage is an alert of its own.
    return phase.order.length === 0 ? t('captions.nothingNew') : '';
  }
}
