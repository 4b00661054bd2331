import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Job } from '@/lib/api-types';
import { countsOf, stateOf, type Count } from '../job-facts';

/** What came of a job so far, in counts: what was done, and what was left out and why. */
export function JobResult({ job }: { job: Job }) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  // What this UI knows no word for is told as the server counts it.
  const say = ({ name, count }: Count) => {
    const key = `jobs.counts.${name.replaceAll(' ', '_')}`;
    const known = i18n.exists(key) ? t(key as 'jobs.counts.drafted') : name.replaceAll('_', ' ');
    return `${known}: ${number.format(count)}`;
  };
  const { done, skipped } = countsOf(job);
  if (stateOf(job) === 'finished' && job.progress_target === 0 && !done.length && !skipped.length)
    return <Text size="sm">{t('jobs.nothing')}</Text>;
  return (
    <>
      {done.length > 0 && <Text size="sm">{done.map(say).join(' · ')}</Text>}
      {skipped.length > 0 && (
        <Text size="sm">{t('jobs.skipped', { reasons: skipped.map(say).join(' · ') })}</Text>
      )}
    </>
  );
}
