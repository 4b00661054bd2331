import { useQuery } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { GridPhoto, PhotoGroup, Results } from '@/lib/api-types';

/** Photos whose caption, people, place or date hold every word, by day, newest first. */
export function useSearch(text: string, enabled = true) {
  const search = text.trim();
  return useQuery({
    queryKey: ['search', search],
    queryFn: async ({ signal }) => {
      const query = { search };
      const { results } = await api.get<Results<(PhotoGroup | GridPhoto)[]>>('/api/photos/searchlist/', {
        query,
        signal,
      });
      return grouped(results);
    },
    enabled: enabled && search !== '',
    placeholderData: (before) => before,
  });
}

/** Searching by meaning answers a flat list, best first; it is shown as one group. */
function grouped(results: (PhotoGroup | GridPhoto)[]): PhotoGroup[] {
  const isGroup = (item: PhotoGroup | GridPhoto): item is PhotoGroup => 'items' in item;
  if (results.every(isGroup)) return results;
  return [{ date: null, location: null, items: results.filter((item): item is GridPhoto => !isGroup(item)) }];
}
