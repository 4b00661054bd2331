import { describe, expect, it } from 'vitest';
import type { Job } from '@/lib/api-types';
import { countsOf, durationOf, isOpen, progressOf, stateOf } from './job-facts';

const job = (changes: Partial<Job> = {}) =>
  ({
    job_type: 1,
    started_at: '2026-01-01T10:00:00Z',
    finished_at: null,
    finished: false,
    failed: false,
    ...changes,
  }) as Job;

describe('a job', () => {
  it('is in one state', () => {
    expect(stateOf(job({ started_at: null }))).toBe('queued');
    expect(stateOf(job())).toBe('running');
    expect(stateOf(job({ finished: true }))).toBe('finished');
    expect(stateOf(job({ finished: true, failed: true }))).toBe('failed');
    expect(stateOf(job({ finished: true, state: 'cancelled' }))).toBe('cancelled');
    expect(isOpen(job())).toBe(true);
    expect(isOpen(job({ finished: true, state: 'cancelled' }))).toBe(false);
  });

  it('knows how far it is, and what it counts', () => {
    expect(progressOf(job())).toBeNull();
    expect(progressOf(job({ progress_current: 1, progress_target: 3 }))).toEqual({
      percentage: 33,
      inBytes: false,
    });
    expect(progressOf(job({ job_type: 10, progress_current: 9, progress_target: 5 }))).toEqual({
      percentage: 100,
      inBytes: true,
    });
  });

  it('counts what was done and what was left out', () => {
    const result = {
      added: 3,
      changed: 0,
      per_minute: 9.5,
      examples: [],
      skipped: { link: 2, 'file cannot be read (EIO)': 1, 'file cannot be read (EACCES)': 1 },
    };
    expect(countsOf(job({ result }))).toEqual({
      done: [{ name: 'added', count: 3 }],
      skipped: [
        { name: 'link', count: 2 },
        { name: 'file cannot be read', count: 2 },
      ],
    });
    expect(countsOf(job({ result: {} }))).toEqual({ done: [], skipped: [] });
  });

  it('lasts until its end, or until now', () => {
    const now = new Date('2026-01-01T10:02:00Z');
    expect(durationOf(job(), now)).toBe(120);
    expect(durationOf(job({ finished_at: '2026-01-01T10:00:05Z' }), now)).toBe(5);
    expect(durationOf(job({ started_at: null }), now)).toBeNull();
    expect(durationOf(job({ started_at: '2026-01-01T10:05:00Z' }), now)).toBe(0);
  });
});
