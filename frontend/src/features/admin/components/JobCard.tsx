import { Alert, Badge, Button, Group, Paper, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ServerFailure } from '@/components/ServerFailure';
import type { Job } from '@/lib/api-types';
import { formatBytes, formatDuration, formatMoment } from '@/lib/dates';
import { durationOf, isOpen, progressOf, stateOf, type JobState } from '../job-facts';
import classes from './Admin.module.css';
import { JobResult } from './JobResult';

const COLORS: Record<JobState, string> = {
  queued: 'gray',
  running: 'cyan',
  failed: 'red',
  cancelled: 'gray',
  finished: 'green',
};

/** One job: what it is, how far, since when, by whom, and why it failed. */
export function JobCard({ job, marked, onEnd }: Props) {
  const { t, i18n } = useTranslation();
  const state = stateOf(job);
  const open = isOpen(job);
  const kindKey = `jobs.kinds.${job.job_type}`;
  // Kinds that this UI knows no word for keep the server's.
  const kind = i18n.exists(kindKey) ? t(kindKey as 'jobs.kinds.1') : job.job_type_str;
  const seconds = durationOf(job, new Date());
  const facts = [
    t('jobs.queuedAt', { time: formatMoment(job.queued_at, i18n.language) }),
    job.started_at && t('jobs.startedAt', { time: formatMoment(job.started_at, i18n.language) }),
    seconds !== null &&
      (seconds < 1
        ? t('jobs.tookNothing')
        : t('jobs.took', { duration: formatDuration(seconds, i18n.language) })),
    t('jobs.by', { name: job.started_by.username }),
  ].filter(Boolean);
  const act = open ? 'cancel' : 'remove';

  return (
    <Paper
      withBorder
      p="md"
      component="article"
      aria-label={kind}
      className={marked ? classes.marked : undefined}
      aria-current={marked || undefined}
    >
      <Group justify="space-between" align="flex-start" gap="xs">
        <Group gap="xs">
          <Text fw={600}>{kind}</Text>
          <Badge variant="light" color={COLORS[state]} autoContrast>
            {t(`jobs.states.${state}`)}
          </Badge>
        </Group>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t(`jobs.${act}One`, { kind })}
          onClick={() => onEnd(act)}
        >
          {t(`jobs.${act}`)}
        </Button>
      </Group>
      <JobProgress job={job} kind={kind} bar={open} />
      <JobResult job={job} />
      <Text size="sm" c="dimmed">
        {facts.join(' · ')}
      </Text>
      {job.error && (
        <Alert variant="light" color="red" mt="xs" p="xs">
          <ServerFailure code={job.error_code} detail={job.error} />
        </Alert>
      )}
    </Paper>
  );
}

function JobProgress({ job, kind, bar }: { job: Job; kind: string; bar: boolean }) {
  const { t, i18n } = useTranslation();
  const progress = progressOf(job);
  if (!progress) return null;
  const count = (value = 0) =>
    progress.inBytes ? formatBytes(value, i18n.language) : new Intl.NumberFormat(i18n.language).format(value);
  return (
    <>
      <Text size="sm">
        {t('jobs.done', {
          current: count(job.progress_current),
          target: count(job.progress_target),
          percentage: progress.percentage,
        })}
        {bar && job.seconds_left !== null && (
          <> · {t('jobs.left', { duration: formatDuration(job.seconds_left, i18n.language) })}</>
        )}
      </Text>
      {bar && <Progress value={progress.percentage} my={4} aria-label={kind} />}
    </>
  );
}

interface Props {
  job: Job;
  /** The one that a link has led to. */
  marked: boolean;
  onEnd: (act: 'cancel' | 'remove') => void;
}
