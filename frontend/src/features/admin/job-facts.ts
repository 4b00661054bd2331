/** What the list of jobs says, from what the server knows. */
import type { Job } from '@/lib/api-types';

export type JobState = 'queued' | 'running' | 'failed' | 'cancelled' | 'finished';

/** Kinds whose progress is counted in bytes: downloads, and looks at what was downloaded. */
const IN_BYTES = [10, 102];

export function stateOf(job: Job): JobState {
  if (job.state === 'cancelled') return 'cancelled';
  if (job.failed) return 'failed';
  if (job.finished) return 'finished';
  return job.started_at ? 'running' : 'queued';
}

export function isOpen(job: Job): boolean {
  const state = stateOf(job);
  return state === 'queued' || state === 'running';
}

export function progressOf(job: Job): { percentage: number; inBytes: boolean } | null {
  const { progress_target: target = 0, progress_current: current = 0 } = job;
  if (target <= 0) return null;
  const percentage = Math.min(100, Math.floor((100 * current) / target));
  return { percentage, inBytes: IN_BYTES.includes(job.job_type) };
}

export interface Count {
  name: string;
  count: number;
}

/** What a job's result counts; `skipped` by reason, without what differs from file to file. */
export function countsOf(job: Job): { done: Count[]; skipped: Count[] } {
  return { done: counted({ ...job.result, per_minute: null }), skipped: counted(job.result.skipped) };
}

function counted(value: unknown): Count[] {
  const counts = new Map<string, number>();
  for (const [name, count] of Object.entries((value ?? {}) as Record<string, unknown>)) {
    const key = name.replace(/ \(.*\)$/, '');
    if (typeof count === 'number' && count > 0) counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return [...counts].map(([name, count]) => ({ name, count }));
}

/** Seconds between start and end, or until now; null before the start. */
export function durationOf(job: Job, now: Date): number | null {
  if (!job.started_at) return null;
  const end = job.finished_at ? new Date(job.finished_at) : now;
  return Math.max(0, Math.round((end.getTime() - new Date(job.started_at).getTime()) / 1000));
}
