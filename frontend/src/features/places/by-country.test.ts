import { describe, expect, it } from 'vitest';
import type { PlaceAlbum } from '@/lib/api-types';
import { byCountry, regionHint } from './by-country';

function place(
  id: number,
  title: string,
  country_code: string,
  changes: Partial<PlaceAlbum> = {},
): PlaceAlbum {
  return {
    id,
    title,
    country_code,
    country: country_code,
    region: '',
    photo_count: 1,
    cover_photos: [],
    geolocation_level: 2,
    ...changes,
  };
}

describe('byCountry', () => {
  it('has the places of each country, those with most photos first', () => {
    const found = byCountry([
      place(1, 'Portugal', 'PT', { geolocation_level: 1 }),
      place(2, 'Lisbon', 'PT'),
      place(3, 'Porto', 'PT', { photo_count: 5 }),
      place(4, 'Spain', 'ES', { geolocation_level: 1 }),
    ]);
    expect(found.map(({ country, places }) => [country.title, places.map(({ title }) => title)])).toEqual([
      ['Portugal', ['Porto', 'Lisbon']],
      ['Spain', []],
    ]);
  });

  it('tells namesakes apart by their region', () => {
    const springfields = [
      place(1, 'Springfield', 'US', { region: 'Ohio' }),
      place(2, 'Springfield', 'US', { region: 'Oregon' }),
      place(3, 'Salem', 'US', { region: 'Oregon' }),
    ];
    expect(springfields.map((one) => regionHint(one, springfields))).toEqual(['Ohio', 'Oregon', undefined]);
  });
});
