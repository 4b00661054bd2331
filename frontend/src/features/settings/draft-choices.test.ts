import { expect, it } from 'vitest';
import { draftLanguages } from './draft-choices';

it('keeps a language that somebody chose elsewhere, once', () => {
  expect(draftLanguages('pt-BR')).toContain('pt-BR');
  expect(draftLanguages('de').filter((code) => code === 'de')).toHaveLength(1);
  expect(draftLanguages('')).not.toContain('');
});
