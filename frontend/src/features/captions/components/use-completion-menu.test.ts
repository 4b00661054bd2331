import { expect, it } from 'vitest';
import { personChoices, tagChoices } from './use-completion-menu';

const tags = ['garden', 'Gardening', 'winter-garden', 'cat'];
const people = ['Anna Muster', 'Ben Annen', 'Clara', 'Hannah'];

it('offers tags that start with what was typed before those that hold it, then the new one', () => {
  expect(tagChoices(tags, 'gard')).toEqual([
    { label: '#garden', insert: '#garden' },
    { label: '#Gardening', insert: '#Gardening' },
    { label: '#winter-garden', insert: '#winter-garden' },
    { label: '#gard', insert: '#gard', note: 'new' },
  ]);
});

it('offers nothing new for a tag that exists in other letters', () => {
  expect(tagChoices(tags, 'CAT')).toEqual([{ label: '#cat', insert: '#cat' }]);
});

it('offers all tags, but no more than six, before anything is typed', () => {
  expect(tagChoices(tags, '')).toHaveLength(4);
  expect(
    tagChoices(
      Array.from({ length: 20 }, (_, n) => `t${n}`),
      '',
    ),
  ).toHaveLength(6);
});

it('offers people by the start of any of their names, and writes the name alone', () => {
  expect(personChoices(people, [], 'ann').map((choice) => choice.insert)).toEqual([
    'Anna Muster',
    'Ben Annen',
    'Hannah',
  ]);
});

it('puts those on the photo first, once and marked', () => {
  expect(personChoices(people, ['Clara'], '')).toEqual([
    { label: 'Clara', insert: 'Clara', note: 'here' },
    { label: 'Anna Muster', insert: 'Anna Muster' },
    { label: 'Ben Annen', insert: 'Ben Annen' },
    { label: 'Hannah', insert: 'Hannah' },
  ]);
});

it('never offers to invent a person', () => {
  expect(personChoices(people, [], 'zoe')).toEqual([]);
});
