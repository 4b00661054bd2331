import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Job } from '@/lib/api-types';
import { render } from '@/test/render';
import { JobResult } from './JobResult';

const show = (changes: Partial<Job>) =>
  render(<JobResult job={{ finished: true, failed: false, progress_target: 0, ...changes } as Job} />);

it('counts in words, also what it has none for', () => {
  show({ result: { added: 1200, odd_thing: 2, skipped: { 'not a picture or video': 3 } } });
  expect(screen.getByText('new: 1,200 · odd thing: 2')).toBeInTheDocument();
  expect(screen.getByText('Left out – not a picture or video: 3')).toBeInTheDocument();
});

it('says that there was nothing to do', () => {
  show({ result: { drafted: 0, skipped: {} } });
  expect(screen.getByText('There was nothing to do.')).toBeInTheDocument();
});
