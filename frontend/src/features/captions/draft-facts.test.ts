import { expect, it } from 'vitest';
import type { Caption } from '@/lib/api-types';
import { bestFit, byScore, inOrder } from './draft-facts';

const draft = (id: number, model: string, log_probability?: number | null) =>
  ({ id, model: { id: model, label: model, revision: '1' }, scores: { log_probability } }) as Caption;

const order = (...drafts: Caption[]) => drafts.sort(byScore).map(({ id }) => id);

it('puts the surer draft of a model first', () => {
  expect(order(draft(1, 'a', -9), draft(2, 'a', -4))).toEqual([2, 1]);
});

it('compares no scores of different models, nor missing ones: the newer is first', () => {
  expect(order(draft(1, 'a', -1), draft(2, 'b', -4))).toEqual([2, 1]);
  expect(order(draft(1, 'a', null), draft(2, 'a', -4))).toEqual([2, 1]);
});

it('keeps the order of the server for what it has just made', () => {
  const drafts = [draft(1, 'a', -1), draft(2, 'a', -2), draft(3, 'a', -3), draft(4, 'a', -4)];
  expect(drafts.sort(inOrder([3, 2])).map(({ id }) => id)).toEqual([3, 2, 1, 4]);
});

it('knows which draft fits the picture best, where there is something to compare', () => {
  const fit = (id: number, clip?: number) => ({ id, scores: { clip } }) as Caption;
  expect(bestFit([fit(1, 0.7), fit(2, 0.9), fit(3)])).toBe(2);
  expect(bestFit([fit(1, 0.7), fit(2)])).toBeNull();
  expect(bestFit([])).toBeNull();
});
