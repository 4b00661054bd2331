import { useQuery } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { Results } from '@/lib/api-types';

/** Words worth searching for in this library; none where the server has no such list. */
export function useSuggestions() {
  return useQuery({
    queryKey: ['search-examples'],
    queryFn: async ({ signal }) =>
      (await api.get<Results<string[]>>('/api/searchtermexamples/', { signal })).results,
    staleTime: 5 * 60_000,
    retry: false,
  });
}
