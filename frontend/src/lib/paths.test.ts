import { expect, it } from 'vitest';
import { paths, readSource, sourcePath, type PhotoSource } from './paths';

it.each<[PhotoSource, string]>([
  [{ kind: 'timeline', filter: 'all' }, '/'],
  [{ kind: 'timeline', filter: 'trash' }, '/trash'],
  [{ kind: 'timeline', filter: 'album/5' }, '/albums/5'],
  [{ kind: 'timeline', filter: 'place/7' }, '/places/7'],
  [{ kind: 'timeline', filter: 'person/2' }, '/people/2'],
  [{ kind: 'timeline', filter: 'tag/3' }, '/tags/3'],
  [{ kind: 'search', text: 'a & b' }, '/search?q=a%20%26%20b'],
])('leads from a photo back to where it was opened: %o', (source, path) => {
  const address = new URL(paths.photo('abc1', source), 'http://localhost');
  expect(readSource(address.searchParams)).toEqual(source);
  expect(sourcePath(source)).toBe(path);
});

it.each(['album/x', 'album/', 'nothing/5', 'album/5/6', 'constructor'])('knows no list called %s', (text) => {
  expect(readSource(new URLSearchParams({ in: text }))).toEqual({ kind: 'timeline', filter: 'all' });
});
