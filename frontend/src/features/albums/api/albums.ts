import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { takeOutOfDays } from '@/api/get-days';
import { photoKey } from '@/api/get-photo';
import { api } from '@/lib/api-client';
import type { Album, EditedAlbum, Results } from '@/lib/api-types';

const KEY = ['albums'] as const;

/** One's albums by title, empty ones too. */
export function useAlbums() {
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) =>
      (await api.get<Results<Album[]>>('/api/albums/user/list/', { query: { empty: true }, signal })).results,
  });
}

/** Make an album of some photos; one that has this title already gets them too. */
export function useCreateAlbum() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (album: { title: string; hashes: string[] }) =>
      api.post<EditedAlbum>('/api/albums/user/edit/', { title: album.title, photos: album.hashes }),
    onSettled: (_album, _error, { hashes }) => invalidate(queryClient, hashes),
  });
}

/** Give an album another title: shown at once, taken back when the server refuses. */
export function useRenameAlbum(id: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (title: string) => api.patch<EditedAlbum>(`/api/albums/user/${id}/`, { title }),
    onMutate: (title) => {
      const before = queryClient.getQueryData<Album[]>(KEY);
      queryClient.setQueryData<Album[]>(KEY, (albums) =>
        albums?.map((album) => (album.id === id ? { ...album, title } : album)),
      );
      return { before };
    },
    onError: (_error, _title, context) => queryClient.setQueryData(KEY, context?.before),
    onSettled: () => invalidate(queryClient),
  });
}

/**
 * Remove an album; its photos stay.
 *
 * `onDeleted` is called before the list knows, as whoever asked for it leaves the page with the album.
 */
export function useDeleteAlbum(id: number, onDeleted: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete<null>(`/api/albums/user/${id}/`),
    onSuccess: () => {
      onDeleted();
      queryClient.setQueryData<Album[]>(KEY, (albums) => albums?.filter((album) => album.id !== id));
      queryClient.removeQueries({ queryKey: ['days', `album/${id}`] });
    },
    onSettled: () => invalidate(queryClient),
  });
}

export function useAddToAlbum() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, hashes }: { id: number; hashes: string[] }) =>
      api.patch<EditedAlbum>(`/api/albums/user/edit/${id}/`, { photos: hashes }),
    onSettled: (_album, _error, { hashes }) => invalidate(queryClient, hashes),
  });
}

/**
 * Take photos out of an album: gone at once, back again when the server refuses.
 *
 * `told` hears of it also when the button is gone with the selection.
 */
export function useTakeOutOfAlbum(
  id: number,
  told: { onSuccess: (hashes: string[]) => void; onError: (error: Error) => void },
) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (hashes: string[]) =>
      api.patch<EditedAlbum>(`/api/albums/user/edit/${id}/`, { removedPhotos: hashes }),
    onMutate: async (hashes) => {
      await queryClient.cancelQueries({ queryKey: ['days', `album/${id}`] });
      return { undo: takeOutOfDays(queryClient, `album/${id}`, hashes) };
    },
    onSuccess: (_album, hashes) => told.onSuccess(hashes),
    onError: (error, _hashes, context) => {
      context?.undo();
      told.onError(error);
    },
    onSettled: (_album, _error, hashes) => invalidate(queryClient, hashes),
  });
}

export function useSetCover(id: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (hash: string) =>
      api.patch<EditedAlbum>(`/api/albums/user/edit/${id}/`, { cover_photo: hash }),
    onSettled: () => invalidate(queryClient),
  });
}

/** The albums, their timelines, and the photos that say which albums they are in. */
function invalidate(queryClient: QueryClient, hashes: string[] = []) {
  return Promise.all([
    queryClient.invalidateQueries({ queryKey: KEY }),
    queryClient.invalidateQueries({
      predicate: ({ queryKey: [kind, filter] }) =>
        kind === 'days' && typeof filter === 'string' && filter.startsWith('album/'),
    }),
    ...hashes.map((hash) => queryClient.invalidateQueries({ queryKey: photoKey(hash) })),
  ]);
}
