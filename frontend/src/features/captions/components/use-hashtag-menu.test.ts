import { expect, it } from 'vitest';
import { hashtagChoices } from './use-hashtag-menu';

const tags = ['garden', 'Gartenfest', 'secret-garden', 'sea'];

it('offers existing tags first, then the typed word as a new one', () => {
  expect(hashtagChoices(tags, 'gar')).toEqual([
    { tag: 'garden', isNew: false },
    { tag: 'Gartenfest', isNew: false },
    { tag: 'secret-garden', isNew: false },
    { tag: 'gar', isNew: true },
  ]);
});

it('does not offer an existing tag as new', () => {
  expect(hashtagChoices(tags, 'GARDEN').some((choice) => choice.isNew)).toBe(false);
});

it('offers all tags for the sign alone', () => {
  expect(hashtagChoices(tags, '')).toHaveLength(4);
});
