import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { Results, ServiceEntry } from '@/lib/api-types';

/** Every model service and how it is, again every few seconds. */
export function useServices() {
  return useQuery({
    queryKey: ['services'],
    queryFn: async ({ signal }) =>
      (await api.get<Results<ServiceEntry[]>>('/api/services/', { signal })).results,
    refetchInterval: 3000,
  });
}

/** Have a service give its model's memory back now. */
export function useUnloadService() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => api.post<null>(`/api/services/${name}/unload/`, {}),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['services'] }),
  });
}
