import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { Route, Routes } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Album, GridPhoto } from '@/lib/api-types';
import { fakeServer, refusal } from '@/test/fake-server';
import { render } from '@/test/render';
import { AlbumPage } from './AlbumPage';
import AlbumsPage from './AlbumsPage';
import SelectionActions from './SelectionActions';

// Dialogs are slow to look through by role, and a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });
afterEach(() => notifications.clean());

const owner = { id: 1, username: 'anna', first_name: '', last_name: '' };

function album(id: number, title: string, photo_count = 2): Album {
  const cover_photos = photo_count ? [{ image_hash: 'abc1', video: false }] : [];
  const rest = { owner, shared_to: [], created_on: '2026-01-01T10:00:00Z', favorited: false };
  return { id, title, photo_count, cover_photos, cover_photo: null, ...rest };
}

const LIST = 'GET /api/albums/user/list/';
const listed = (...results: Album[]) => ({ [LIST]: () => ({ count: results.length, results }) });

function showAt(at: string) {
  render(
    <Routes>
      <Route path="/albums" element={<AlbumsPage />} />
      <Route path="/albums/5" element={<AlbumPage id="5" timeline={<p>its photos</p>} />} />
    </Routes>,
    { at },
  );
}

describe('AlbumsPage', () => {
  it('lists albums with their covers and counts, empty ones too', async () => {
    const seen = fakeServer(listed(album(5, 'Trip'), album(6, 'Later', 0)));
    showAt('/albums');
    expect(await screen.findByRole('link', { name: 'Trip 2 photos' })).toHaveAttribute('href', '/albums/5');
    expect(screen.getByRole('link', { name: 'Later 0 photos' })).toBeVisible();
    expect(seen[0]?.query.get('empty')).toBe('true');
  });

  it('says what to do without one, and makes the first', async () => {
    const user = userEvent.setup();
    const albums: Album[] = [];
    const seen = fakeServer({
      [LIST]: () => ({ count: albums.length, results: albums }),
      'POST /api/albums/user/edit/': () => {
        albums.push(album(5, 'Trip', 0));
        return { id: 5, title: 'Trip', photos: [], created_on: '' };
      },
    });
    showAt('/albums');
    await screen.findByText('No albums yet');
    await user.click(screen.getByRole('button', { name: 'New album' }));
    const dialog = await screen.findByRole('dialog', { name: 'New album' });
    expect(within(dialog).getByRole('button', { name: 'Create' })).toBeDisabled();
    await user.type(within(dialog).getByRole('textbox', { name: 'Title' }), ' Trip {Enter}');
    expect(await screen.findByRole('heading', { name: 'Trip' })).toBeVisible();
    expect(screen.getByText('This album is empty')).toBeVisible();
    expect(seen.find(({ method }) => method === 'POST')?.body).toEqual({ title: 'Trip', photos: [] });
  });
});

describe('AlbumPage', () => {
  it('takes a new title back when there is an album of that title', async () => {
    const user = userEvent.setup();
    fakeServer({
      ...listed(album(5, 'Trip')),
      'PATCH /api/albums/user/5/': () => refusal(409, 'title_taken', 'Taken.', 'title'),
    });
    showAt('/albums/5');
    await screen.findByText('its photos');
    await user.click(screen.getByRole('button', { name: 'Rename the album' }));
    const name = await screen.findByRole('textbox', { name: 'Title' });
    expect(name).toHaveValue('Trip');
    await user.clear(name);
    await user.type(name, 'Other{Enter}');
    expect(await screen.findByText('You have an album of this title already.')).toBeVisible();
    expect(name).toHaveValue('Other');
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByRole('heading', { name: 'Trip' })).toBeVisible();
  });

  it('asks before it deletes, says that the photos stay, and goes back to the list', async () => {
    const user = userEvent.setup();
    let albums = [album(5, 'Trip')];
    fakeServer({
      [LIST]: () => ({ count: albums.length, results: albums }),
      'DELETE /api/albums/user/5/': () => {
        albums = [];
        return new Response(null, { status: 204 });
      },
    });
    showAt('/albums/5');
    await screen.findByText('its photos');
    await user.click(screen.getByRole('button', { name: 'Delete the album' }));
    const dialog = await screen.findByRole('dialog', { name: 'Delete Trip?' });
    expect(dialog).toHaveTextContent('Its photos stay in your library.');
    expect(within(dialog).getByRole('button', { name: 'Cancel' })).toHaveFocus();
    await user.click(within(dialog).getByRole('button', { name: 'Delete the album' }));
    expect(await screen.findByText('No albums yet')).toBeVisible();
  });

  it('says that an album is not there or not yours', async () => {
    fakeServer(listed(album(6, 'Other')));
    showAt('/albums/5');
    expect(await screen.findByText(/not yours to see/)).toBeVisible();
  });
});

const DAYS = ['days', 'album/5'] as const;
const clear = vi.fn();

function Selected({ hashes, albumId }: { hashes: string[]; albumId?: number }) {
  const pages = useQuery<GridPhoto[]>({
    queryKey: [...DAYS, '8', 1],
    queryFn: () => ['a1', 'b1'].map((id) => ({ id, url: id, aspectRatio: 1 })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useQuery({
    queryKey: DAYS,
    queryFn: () => [{ id: '8', numberOfItems: 2, date: null, location: null, items: [], incomplete: true }],
  });
  // As in the timeline: without a selection there is no bar, and no button in it.
  const [cleared, setCleared] = useState(false);
  const selection = {
    size: hashes.length,
    hashes,
    has: () => true,
    pending: false,
    error: null,
    toggle: () => undefined,
    clear: () => {
      clear();
      setCleared(true);
    },
  };
  return (
    <>
      <p data-testid="shown">{pages.data?.map(({ id }) => id).join(' ')}</p>
      {!cleared && <SelectionActions selection={selection} albumId={albumId} />}
    </>
  );
}

describe('SelectionActions', () => {
  it('adds photos to an album that is there, and says where they are', async () => {
    const user = userEvent.setup();
    const seen = fakeServer({
      ...listed(album(5, 'Trip')),
      'PATCH /api/albums/user/edit/5/': () => ({
        id: 5,
        title: 'Trip',
        photos: ['a1', 'b1'],
        created_on: '',
      }),
    });
    clear.mockReset();
    render(<Selected hashes={['a1', 'b1']} />);
    expect(screen.queryByRole('button', { name: 'Take out of this album' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Add to an album' }));
    await user.click(await screen.findByRole('button', { name: 'Trip 2 photos' }));
    expect(await screen.findByText(/2 photos are in Trip now/)).toBeVisible();
    expect(screen.getByRole('link', { name: 'Open it' })).toHaveAttribute('href', '/albums/5');
    expect(seen.find(({ method }) => method === 'PATCH')?.body).toEqual({ photos: ['a1', 'b1'] });
    expect(clear).toHaveBeenCalledOnce();
  });

  it('adds photos to a new album, and keeps what was typed when that fails', async () => {
    const user = userEvent.setup();
    const seen = fakeServer({
      ...listed(),
      'POST /api/albums/user/edit/': () => refusal(503, 'service_unavailable', 'Busy.'),
    });
    render(<Selected hashes={['a1']} />);
    await user.click(screen.getByRole('button', { name: 'Add to an album' }));
    const dialog = await screen.findByRole('dialog', { name: 'Add 1 photo to an album' });
    await user.type(within(dialog).getByRole('textbox', { name: 'New album' }), 'Trip{Enter}');
    expect(await within(dialog).findByRole('alert')).toBeVisible();
    expect(within(dialog).getByRole('textbox', { name: 'New album' })).toHaveValue('Trip');
    expect(seen.find(({ method }) => method === 'POST')?.body).toEqual({ title: 'Trip', photos: ['a1'] });
  });

  it('takes photos out at once, and puts them back with a message when the server refuses', async () => {
    const user = userEvent.setup();
    let refuse: (response: Response) => void = () => undefined;
    const refused = new Promise<Response>((resolve) => {
      refuse = resolve;
    });
    fakeServer({ ...listed(album(5, 'Trip')), 'PATCH /api/albums/user/edit/5/': () => refused });
    render(<Selected hashes={['a1']} albumId={5} />);
    await waitFor(() => expect(screen.getByTestId('shown')).toHaveTextContent('a1 b1'));
    await user.click(screen.getByRole('button', { name: 'Take out of this album' }));
    await waitFor(() => expect(screen.getByTestId('shown').textContent).toBe('b1'));
    refuse(refusal(500, 'server_error', 'No.'));
    await waitFor(() => expect(screen.getByTestId('shown')).toHaveTextContent('a1 b1'));
    expect(await screen.findByText(/Something went wrong on the server/)).toBeVisible();
  });

  it('puts back what was taken out when that is undone', async () => {
    const user = userEvent.setup();
    const seen = fakeServer({
      ...listed(album(5, 'Trip')),
      'PATCH /api/albums/user/edit/5/': () => ({ id: 5, title: 'Trip', photos: [], created_on: '' }),
    });
    render(<Selected hashes={['a1']} albumId={5} />);
    await user.click(screen.getByRole('button', { name: 'Take out of this album' }));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() =>
      expect(seen.filter(({ method }) => method === 'PATCH').map(({ body }) => body)).toEqual([
        { removedPhotos: ['a1'] },
        { photos: ['a1'] },
      ]),
    );
  });

  it('makes one photo the cover', async () => {
    const user = userEvent.setup();
    const seen = fakeServer({
      ...listed(album(5, 'Trip')),
      'PATCH /api/albums/user/edit/5/': () => ({ id: 5, title: 'Trip', photos: [], created_on: '' }),
    });
    render(<Selected hashes={['b1']} albumId={5} />);
    await user.click(screen.getByRole('button', { name: 'Use as the cover' }));
    expect(await screen.findByText('This photo is the cover now.')).toBeVisible();
    expect(seen.find(({ method }) => method === 'PATCH')?.body).toEqual({ cover_photo: 'b1' });
  });
});
