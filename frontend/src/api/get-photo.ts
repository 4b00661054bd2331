import { useQuery, type QueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { Photo } from '@/lib/api-types';

export const photoKey = (hash: string) => ['photo', hash] as const;

export function usePhoto(hash: string) {
  return useQuery({
    queryKey: photoKey(hash),
    queryFn: ({ signal }) => api.get<Photo>(`/api/photos/${hash}/`, { signal }),
  });
}

/** After a caption or an edit: the photo and every list that may show it differently. */
export async function invalidatePhoto(queryClient: QueryClient, hash: string): Promise<void> {
  await Promise.all(
    [photoKey(hash), ['captions', hash], ['tags'], ['tag'], ['search']].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
  );
}
