import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { Photo, UpdateResult } from '@/lib/api-types';
import { photoKey } from './get-photo';

export type PhotoEdit =
  | { kind: 'favorite'; hashes: string[]; value: boolean }
  | { kind: 'hide'; hashes: string[]; value: boolean }
  | { kind: 'trash'; hashes: string[]; value: boolean };

interface Context {
  before: (Photo | undefined)[];
}

/** Favourite, hide or trash photos: shown at once, taken back when the server refuses. */
export function useEditPhotos() {
  const queryClient = useQueryClient();
  return useMutation<UpdateResult, Error, PhotoEdit, Context>({
    mutationFn: sendEdit,
    onMutate: (edit) => {
      const before = edit.hashes.map((hash) => queryClient.getQueryData<Photo>(photoKey(hash)));
      for (const photo of before) {
        if (photo) queryClient.setQueryData(photoKey(photo.image_hash), { ...photo, ...applied(edit) });
      }
      return { before };
    },
    onError: (_error, _edit, context) => {
      for (const photo of context?.before ?? []) {
        if (photo) queryClient.setQueryData(photoKey(photo.image_hash), photo);
      }
    },
    onSettled: (_result, _error, edit) =>
      Promise.all([
        ...[['days'], ['tags'], ['albums'], ['places'], ['people']].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
        ...edit.hashes.map((hash) => queryClient.invalidateQueries({ queryKey: photoKey(hash) })),
      ]),
  });
}

function sendEdit({ kind, hashes, value }: PhotoEdit): Promise<UpdateResult> {
  const image_hashes = hashes;
  if (kind === 'favorite') return api.post('/api/photosedit/favorite/', { image_hashes, favorite: value });
  if (kind === 'hide') return api.post('/api/photosedit/hide/', { image_hashes, hidden: value });
  return api.post('/api/photosedit/setdeleted/', { image_hashes, deleted: value });
}

function applied({ kind, value }: PhotoEdit): Partial<Photo> {
  // Five stars show as a favourite whatever the person's threshold is; the server's number follows.
  if (kind === 'favorite') return { rating: value ? 5 : 0 };
  return kind === 'hide' ? { hidden: value } : { in_trashcan: value };
}
