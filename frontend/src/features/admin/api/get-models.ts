import { useQuery } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { ModelEntry, Results } from '@/lib/api-types';

/** Every model the server knows, with its cost. */
export function useModels() {
  return useQuery({
    queryKey: ['models'],
    queryFn: async ({ signal }) => (await api.get<Results<ModelEntry[]>>('/api/models/', { signal })).results,
  });
}
