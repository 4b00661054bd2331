import { useQuery } from '@tanstack/react-query';
import { api } from '@/lib/api-client';

/** True while the instance has no administrator. */
export function useFirstRun() {
  return useQuery({
    queryKey: ['first-run'],
    queryFn: async ({ signal }) =>
      (await api.get<{ isFirstTimeSetup: boolean }>('/api/firsttimesetup/', { signal, anonymous: true }))
        .isFirstTimeSetup,
    staleTime: 0,
  });
}
