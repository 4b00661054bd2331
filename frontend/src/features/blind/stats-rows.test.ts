import { expect, test } from 'vitest';
import type { CaptionStats, Reception } from '@/lib/api-types';
import { statsRows } from './stats-rows';

const ratings = { n: 0, counts: [0, 0, 0, 0, 0], first_quartile: null, median: null, third_quartile: null };
const none: Reception = {
  drafts: 0,
  held_back: 0,
  held_back_rate: null,
  decided: 0,
  accepted: 0,
  merged: 0,
  refused: 0,
  acceptance_rate: null,
  merge_rate: null,
  refusal_rate: null,
  ratings,
  blind_ratings: ratings,
  correlations: { log_probability: { n: 0, spearman: null }, clip: { n: 0, spearman: null } },
};
const model = (id: string, steps: string[]) => ({
  model: { id, label: id.toUpperCase() },
  ...none,
  steps: steps.map((step) => ({ step, ...none })),
});

test('steps stand below their model, rewriters at the end', () => {
  const stats: CaptionStats = {
    all: none,
    models: [model('a', ['plain', 'place_added']), model('b', ['plain'])],
    rewriters: [{ model: { id: 'c', label: 'C' }, ...none }],
  };
  expect(statsRows(stats).map(({ model: name, step }) => [name, step])).toEqual([
    ['A', null],
    [null, 'plain'],
    [null, 'place_added'],
    ['B', null],
    ['C', 'rewritten'],
  ]);
});

test('nothing drafted is no row', () => {
  expect(statsRows({ all: none, models: [], rewriters: [] })).toEqual([]);
});
