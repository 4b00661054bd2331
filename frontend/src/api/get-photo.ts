import { useQuery, type QueryClient } from '@tanstack/react-query';
import i18n from 'i18next';
import { api } from '@/lib/api-client';
import type { Photo } from '@/lib/api-types';

export const photoKey = (hash: string) => ['photo', hash] as const;

export function usePhoto(hash: string) {
  return useQuery({
    queryKey: photoKey(hash),
    queryFn: ({ signal }) =>
      api.get<Photo>(`/api/photos/${hash}/`, { query: { language: i18n.language }, signal }),
  });
}

/** After a caption or an edit: the photo and every list that may show it differently. */
export async function invalidatePhoto(queryClient: QueryClient, hash: string): Promise<void> {
  await queryClient.invalidateQueries({
    predicate: ({ queryKey: [kind, filter] }) =>
      kind === 'days' && typeof filter === 'string' && filter.startsWith('tag/'),
  });
  await Promise.all(
    [photoKey(hash), ['captions', hash], ['tags'], ['search'], ['suggestions']].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
  );
}
