import { expect, it } from 'vitest';
import { RESTYLES, restyleRequest } from './restyle';

it('works from the draft alone, whatever is wished', () => {
  for (const wish of RESTYLES) {
    expect(restyleRequest(wish, 7, 'de')).toMatchObject({ from_draft: 7, rewrite: true });
  }
});

it('wishes one thing at a time', () => {
  expect(restyleRequest('shorter', 7, 'de')).toMatchObject({ length: 'short' });
  expect(restyleRequest('longer', 7, 'de')).not.toHaveProperty('language');
  expect(restyleRequest('myLanguage', 7, 'de')).toMatchObject({ language: 'de' });
});
