import { expect, it } from 'vitest';
import type { Day } from '@/lib/api-types';
import { photosIn, toBlocks } from './blocks';

const day = (id: string, numberOfItems: number): Day => ({
  id,
  numberOfItems,
  date: '2024-05-01',
  location: '',
  items: [],
  incomplete: true,
});

it('cuts a large day into pages', () => {
  const blocks = toBlocks([day('7', 250)], 100, 4);
  expect(blocks.map((block) => [block.key, photosIn(block), block.continued])).toEqual([
    ['7/1', 100, true],
    ['7/2', 100, true],
    ['7/3', 50, false],
  ]);
});

it('lets small neighbouring days share a row, in order', () => {
  const blocks = toBlocks([day('1', 1), day('2', 2), day('3', 2), day('4', 30), day('5', 1)], 100, 4);
  expect(blocks.map((block) => block.parts.map((part) => part.day.id))).toEqual([
    ['1', '2'],
    ['3'],
    ['4'],
    ['5'],
  ]);
  expect(new Set(blocks.map((block) => block.key)).size).toBe(blocks.length);
});
