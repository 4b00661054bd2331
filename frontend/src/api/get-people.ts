import { useQuery } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { PersonEntry, Results } from '@/lib/api-types';

/** The people in one's own photos, those on most photos first. */
export function usePeople(enabled = true) {
  return useQuery({
    queryKey: ['people'],
    queryFn: async ({ signal }) => {
      const { results } = await api.get<Results<PersonEntry[]>>('/api/persons/', { signal });
      return results.sort((a, b) => b.face_count - a.face_count || a.name.localeCompare(b.name));
    },
    enabled,
  });
}
