import type { PlaceAlbum } from '@/lib/api-types';

export interface Country {
  country: PlaceAlbum;
  /** Its towns and regions, those with most photos first. */
  places: PlaceAlbum[];
}

const COUNTRY = 1;

export function isCountry(place: PlaceAlbum): boolean {
  return place.geolocation_level === COUNTRY;
}

/** Countries by name, as they come. */
export function byCountry(places: PlaceAlbum[]): Country[] {
  return places.filter(isCountry).map((country) => ({
    country,
    places: places
      .filter((place) => !isCountry(place) && place.country_code === country.country_code)
      .sort((a, b) => b.photo_count - a.photo_count || a.title.localeCompare(b.title)),
  }));
}

/** The region, where a name alone could be several places; the country has its own heading. */
export function regionHint(place: PlaceAlbum, others: PlaceAlbum[]): string | undefined {
  const namesakes = others.filter((one) => one.title === place.title);
  return namesakes.length > 1 && place.region !== place.title ? place.region : undefined;
}
