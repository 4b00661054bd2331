import { ActionIcon, Badge, Pagination, Progress, Table, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '@/components/ErrorNotice';
import type { Job } from '@/lib/api-types';
import { formatMoment } from '@/lib/dates';
import { JOBS_PER_PAGE, useJobs, useRemoveJob } from '../api/get-jobs';
import { Section } from './Section';

type JobState = 'queued' | 'running' | 'failed' | 'finished';

const COLORS: Record<JobState, string> = {
  queued: 'gray',
  running: 'cyan',
  failed: 'red',
  finished: 'green',
};

/** What the workers do and did. */
export function Jobs() {
  const { t } = useTranslation();
  const [page, setPage] = useState(1);
  const jobs = useJobs(page);
  const remove = useRemoveJob();
  const pages = Math.ceil((jobs.data?.count ?? 0) / JOBS_PER_PAGE);

  return (
    <Section title={t('jobs.title')}>
      {jobs.error && !jobs.data && <ErrorNotice error={jobs.error} onRetry={() => void jobs.refetch()} />}
      {jobs.data?.count === 0 && <Text c="dimmed">{t('jobs.none')}</Text>}
      {remove.error && <ErrorNotice error={remove.error} />}
      {jobs.data && jobs.data.count > 0 && (
        <Table.ScrollContainer minWidth={640} tabIndex={0} aria-label={t('jobs.title')}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('jobs.kind')}</Table.Th>
                <Table.Th>{t('jobs.state')}</Table.Th>
                <Table.Th>{t('jobs.progress')}</Table.Th>
                <Table.Th>{t('jobs.queued')}</Table.Th>
                <Table.Th>{t('jobs.startedBy')}</Table.Th>
                <Table.Th>{t('jobs.actions')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {jobs.data.results.map((job) => (
                <JobRow key={job.id} job={job} onRemove={() => remove.mutate(job.id)} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {pages > 1 && (
        <Pagination
          total={pages}
          value={page}
          onChange={setPage}
          size="sm"
          mt="sm"
          getControlProps={(control) => ({ 'aria-label': t(`jobs.pages.${control}`) })}
          getItemProps={(number) => ({ 'aria-label': t('jobs.page', { number }) })}
        />
      )}
    </Section>
  );
}

function JobRow({ job, onRemove }: { job: Job; onRemove: () => void }) {
  const { t, i18n } = useTranslation();
  const state = stateOf(job);
  const target = job.progress_target ?? 0;
  const current = job.progress_current ?? 0;
  const name = t('jobs.remove', { kind: job.job_type_str });
  return (
    <Table.Tr>
      <Table.Td>{job.job_type_str}</Table.Td>
      <Table.Td>
        <Badge variant="light" color={COLORS[state]} autoContrast>
          {t(`jobs.states.${state}`)}
        </Badge>
      </Table.Td>
      <Table.Td>
        {target > 0 && (
          <>
            <Text size="xs">
              {current} / {target}
            </Text>
            {state === 'running' && (
              <Progress value={(100 * current) / target} size="sm" aria-label={job.job_type_str} />
            )}
          </>
        )}
      </Table.Td>
      <Table.Td>{formatMoment(job.queued_at, i18n.language)}</Table.Td>
      <Table.Td>{job.started_by.username}</Table.Td>
      <Table.Td>
        <ActionIcon variant="subtle" color="gray" aria-label={name} title={name} onClick={onRemove}>
          <IconX size={18} aria-hidden />
        </ActionIcon>
      </Table.Td>
    </Table.Tr>
  );
}

function stateOf(job: Job): JobState {
  if (job.failed) return 'failed';
  if (job.finished) return 'finished';
  return job.started_at ? 'running' : 'queued';
}
