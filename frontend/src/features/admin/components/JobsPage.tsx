import { Pagination, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { ErrorNotice } from '@/components/ErrorNotice';
import { JOBS_PER_PAGE, useEndJob, useJobs } from '../api/get-jobs';
import { JobCard } from './JobCard';

/** What the workers do and did: one's own jobs, for administrators everybody's. `?job=` marks one. */
export default function JobsPage() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  const [page, setPage] = useState(1);
  const jobs = useJobs(page);
  const end = useEndJob();
  const pages = Math.ceil((jobs.data?.count ?? 0) / JOBS_PER_PAGE);

  return (
    <Stack gap="sm" maw={900}>
      <Title order={1} size="h3">
        {t('jobs.title')}
      </Title>
      {jobs.error && !jobs.data && <ErrorNotice error={jobs.error} onRetry={() => void jobs.refetch()} />}
      {jobs.data?.count === 0 && <Text c="dimmed">{t('jobs.none')}</Text>}
      {end.error && <ErrorNotice error={end.error} />}
      {jobs.data?.results.map((job) => (
        <JobCard
          key={job.id}
          job={job}
          marked={job.job_id === query.get('job')}
          onEnd={(act) => end.mutate({ id: job.id, act })}
        />
      ))}
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
    </Stack>
  );
}
