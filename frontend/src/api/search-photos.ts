import { useQuery } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { PhotoGroup } from '@/lib/api-types';

export interface Found {
  groups: PhotoGroup[];
  /** There are older ones; an answer holds the newest 1,000. */
  more: boolean;
}

/** Photos whose caption, people, place or date hold every word, by day, newest first. */
export function useSearch(text: string, enabled = true) {
  const search = text.trim();
  return useQuery({
    queryKey: ['search', search],
    queryFn: async ({ signal }): Promise<Found> => {
      const answer = await api.get<{ results: PhotoGroup[]; next: string | null }>(
        '/api/photos/searchlist/',
        {
          query: { search },
          signal,
        },
      );
      return { groups: answer.results, more: answer.next !== null };
    },
    enabled: enabled && search !== '',
    placeholderData: (before) => before,
  });
}
