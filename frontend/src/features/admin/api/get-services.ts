import { useQuery } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { Results, ServiceEntry } from '@/lib/api-types';

/** Every model service and how it is, again every few seconds. */
export function useServices() {
  return useQuery({
    queryKey: ['services'],
    queryFn: async ({ signal }) =>
      (await api.get<Results<ServiceEntry[]>>('/api/services/', { signal })).results,
    refetchInterval: 5000,
  });
}
