import { expect, it } from 'vitest';
import { splitHashtags, tagName } from './hashtags';

const tags = (text: string) => splitHashtags(text).flatMap((part) => part.tag ?? []);

it.each([
  ['At the sea #summer #Ostsee', ['summer', 'Ostsee']],
  ['#cats are not #cat', ['cats', 'cat']],
  ['#Übergröße, #東京 and #ci_2-a!', ['Übergröße', '東京', 'ci_2-a']],
  ['mail a#b, #, ## and C#', []],
  ['', []],
])('finds the tags of %s', (text, expected) => {
  expect(tags(text)).toEqual(expected);
  expect(
    splitHashtags(text)
      .map((part) => part.text)
      .join(''),
  ).toBe(text);
});

it('names a tag without its sign', () => {
  expect(tagName('#garden')).toBe('garden');
  expect(tagName('garden')).toBe('garden');
});
