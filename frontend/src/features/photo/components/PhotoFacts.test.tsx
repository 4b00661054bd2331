import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Photo } from '@/lib/api-types';
import { render } from '@/test/render';
import { PhotoFacts } from './PhotoFacts';

const bare: Photo = {
  problem: '',
  image_hash: 'abc1',
  image_path: ['/photos/2026/IMG_1.jpg'],
  captions_json: {},
  people: [],
  place: null,
  hashtags: [],
  albums: [],
  owner: { id: 1, username: 'anna', first_name: '', last_name: '' },
  rating: 0,
  size: 3_145_728,
  hidden: false,
  public: false,
  in_trashcan: false,
  removed: false,
  video: false,
  exif_timestamp: '2026-01-02T10:00:00Z',
  search_location: null,
  exif_gps_lat: null,
  exif_gps_lon: null,
  camera: null,
  lens: null,
  fstop: null,
  shutter_speed: null,
  iso: null,
  focal_length: null,
  height: 3000,
  width: 4000,
};

it('leads from a photo to its people, place, hashtags and albums', () => {
  const people = [
    { name: 'Ana', face_url: null, face_id: 1, person_id: 4 },
    { name: 'Bo', face_url: null, face_id: 2, person_id: 5 },
  ];
  const more = { id: 7, title: 'Lisbon, Portugal' };
  render(
    <PhotoFacts
      photo={{
        ...bare,
        people,
        place: more,
        hashtags: [{ id: 9, title: 'garden' }],
        albums: [{ id: 2, title: 'Trip' }],
        camera: 'Canon EOS R6',
        lens: 'RF50mm',
        fstop: 2.8,
        iso: 400,
      }}
    />,
  );
  const links = screen.getAllByRole('link').map((link) => [link.textContent, link.getAttribute('href')]);
  expect(links).toEqual([
    ['Ana', '/people/4'],
    ['Bo', '/people/5'],
    ['Lisbon, Portugal', '/places/7'],
    ['garden', '/tags/9'],
    ['Trip', '/albums/2'],
    ['IMG_1.jpg', '/media/photos/abc1'],
  ]);
  expect(screen.getByText('Canon EOS R6 · RF50mm')).toBeVisible();
  expect(screen.getByText('ƒ/2.8 · ISO 400')).toBeVisible();
  expect(screen.getByText(/4000 × 3000 · 3.1 MB/)).toBeVisible();
});

it('leaves out what is not known, and searches for a place that is only a name', () => {
  render(<PhotoFacts photo={{ ...bare, search_location: 'Alfama' }} />);
  expect(screen.getByRole('link', { name: 'Alfama' })).toHaveAttribute('href', '/search?q=Alfama');
  expect(screen.getAllByRole('term')).toHaveLength(3);
});
