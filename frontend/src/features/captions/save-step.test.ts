import { expect, it } from 'vitest';
import { saveStep } from './save-step';

const draft = { id: 7, text: 'A cat.' };

it.each([
  ['an unchanged draft is accepted', { text: 'A cat. ', base: '', draft }, { kind: 'accept', draftId: 7 }],
  [
    'a changed draft is merged',
    { text: 'Our cat.', base: '', draft },
    { kind: 'merge', draftId: 7, text: 'Our cat.' },
  ],
  ['own words are written', { text: 'Minka', base: '', draft: null }, { kind: 'own', text: 'Minka' }],
  ['clearing is a decision', { text: '  ', base: 'Old.', draft }, { kind: 'own', text: '' }],
  ['nothing stays nothing', { text: '', base: '', draft: null }, { kind: 'nothing' }],
  ['no change is no write', { text: 'Old.', base: 'Old.', draft: null }, { kind: 'nothing' }],
  [
    'a draft equal to the caption is accepted',
    { text: 'A cat.', base: 'A cat.', draft },
    { kind: 'accept', draftId: 7 },
  ],
  ['back to the old text is no write', { text: 'Old.', base: 'Old.', draft }, { kind: 'nothing' }],
])('%s', (_name, input, expected) => {
  expect(saveStep(input)).toEqual(expected);
});
