import { expect, it } from 'vitest';
import type { GridPhoto } from '@/lib/api-types';
import { dayPlaces } from './day-places';

const photos = (...places: string[]) => places.map((location) => ({ location }) as GridPhoto);

it('names the places of a day, most frequent first', () => {
  expect(dayPlaces(photos('Berlin', '', 'Potsdam', 'Potsdam'), 'Berlin')).toEqual({
    names: ['Potsdam', 'Berlin'],
    more: 0,
  });
});

it('names two and counts the others', () => {
  expect(dayPlaces(photos('Berlin', 'Potsdam', 'Werder', 'Caputh'), null).more).toBe(2);
});

it('says what the day says while its photos, or some of them, are not there', () => {
  expect(dayPlaces(undefined, 'Berlin')).toEqual({ names: ['Berlin'], more: 0 });
  expect(dayPlaces(photos('Potsdam'), 'Berlin').names).toEqual(['Potsdam', 'Berlin']);
  expect(dayPlaces(photos(''), null)).toEqual({ names: [], more: 0 });
});
