import { expect, it } from 'vitest';
import { findNeighbours } from './get-neighbours';

const photos: Record<string, string[]> = {
  '3': ['c1', 'c2'],
  '2': Array.from({ length: 150 }, (_, index) => `b${index + 1}`),
  '1': ['a1'],
};
const days = ['3', '2', '1'].map((id) => ({
  id,
  numberOfItems: photos[id]?.length ?? 0,
  date: null,
  location: '',
  items: [],
  incomplete: true,
}));
const page = (id: string, number: number) =>
  Promise.resolve((photos[id] ?? []).slice((number - 1) * 100, number * 100));

it.each([
  ['3', 'c1', { previous: null, next: 'c2' }],
  ['3', 'c2', { previous: 'c1', next: 'b1' }],
  ['2', 'b1', { previous: 'c2', next: 'b2' }],
  ['2', 'b100', { previous: 'b99', next: 'b101' }],
  ['2', 'b101', { previous: 'b100', next: 'b102' }],
  ['2', 'b150', { previous: 'b149', next: 'a1' }],
  ['1', 'a1', { previous: 'b150', next: null }],
  ['9', 'x', { previous: null, next: null }],
])('finds the neighbours in day %s of %s', async (dayId, hash, expected) => {
  expect(await findNeighbours(days, dayId, hash, page)).toEqual(expected);
});
