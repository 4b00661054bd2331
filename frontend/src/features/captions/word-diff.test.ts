import { describe, expect, it } from 'vitest';
import { diffWords, joinParts } from './word-diff';

describe('diffWords', () => {
  it('pairs what differs', () => {
    expect(diffWords('A small cat sleeps', 'A cat sleeps outside')).toEqual([
      { kind: 'same', text: 'A ' },
      { kind: 'different', mine: 'small ', theirs: '' },
      { kind: 'same', text: 'cat sleeps ' },
      { kind: 'different', mine: '', theirs: 'outside' },
    ]);
  });

  it.each([
    ['A small cat.', 'A large dog runs.'],
    ['', 'A dog.'],
    ['Two\nlines here', 'Two lines'],
    ['same', 'same'],
  ])('gives back either text whole: %j, %j', (mine, theirs) => {
    const parts = diffWords(mine, theirs);
    const plain = (text: string) => text.replace(/\s+/g, ' ').trim();
    expect(plain(joinParts(parts, () => 'mine'))).toBe(plain(mine));
    expect(plain(joinParts(parts, () => 'theirs'))).toBe(plain(theirs));
  });

  it('takes parts, with spaces between them', () => {
    const parts = diffWords('Minka sits there', 'A cat sits on a wall');
    const result = joinParts(parts, (index) => (index === 0 ? 'mine' : 'both'));
    expect(result).toBe('Minka sits there on a wall');
  });
});
