import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { PlaceAlbum } from '@/lib/api-types';
import { fakeServer } from '@/test/fake-server';
import { render } from '@/test/render';
import { PlacePage } from './PlacePage';
import PlacesPage from './PlacesPage';

function place(id: number, title: string, geolocation_level: number, region = ''): PlaceAlbum {
  const cover_photos = [{ image_hash: 'abc1', video: false }];
  return {
    id,
    title,
    region,
    geolocation_level,
    country: 'Germany',
    country_code: 'DE',
    photo_count: id,
    cover_photos,
  };
}

const results = [place(3, 'Germany', 1), place(2, 'Munich', 2, 'Bavaria'), place(1, 'Berlin', 2, 'Berlin')];

it('lists countries with their towns, in the language of the UI', async () => {
  const seen = fakeServer({ 'GET /api/albums/place/list/': () => ({ results }) });
  render(<PlacesPage />);
  const country = await screen.findByRole('region', { name: 'Germany' });
  expect(within(country).getByRole('link', { name: 'Germany' })).toHaveAttribute('href', '/places/3');
  expect(within(country).getByRole('link', { name: 'Munich 2 photos' })).toHaveAttribute('href', '/places/2');
  expect(within(country).getAllByRole('listitem')).toHaveLength(2);
  expect(seen[0]?.query.get('language')).toBe('en');
});

it('says how photos come to have a place', async () => {
  fakeServer({ 'GET /api/albums/place/list/': () => ({ results: [] }) });
  render(<PlacesPage />);
  expect(await screen.findByText('No places yet')).toBeVisible();
});

it.each([
  ['2', 'Munich', 'Bavaria, Germany · 2 photos'],
  ['1', 'Berlin', 'Germany · 1 photo'],
  ['3', 'Germany', '3 photos'],
])('names the place %s', async (id, title, about) => {
  fakeServer({ 'GET /api/albums/place/list/': () => ({ results }) });
  render(<PlacePage id={id} timeline={<p>its photos</p>} />);
  expect(await screen.findByRole('heading', { name: title })).toBeVisible();
  expect(
    screen.getByText((_text, element) => element?.tagName === 'P' && element.textContent === about),
  ).toBeVisible();
  expect(screen.getByText('its photos')).toBeVisible();
});

it('says that a place is not there or not yours', async () => {
  fakeServer({ 'GET /api/albums/place/list/': () => ({ results }) });
  render(<PlacePage id="99" timeline={<p>its photos</p>} />);
  expect(await screen.findByRole('alert')).toHaveTextContent('not yours to see');
});
