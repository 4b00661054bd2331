import { useQuery } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { User } from '@/lib/api-types';
import { useClaims } from '@/lib/session';

/** The signed-in person with their settings. */
export function useMe() {
  const userId = useClaims()?.userId;
  return useQuery({
    queryKey: ['user', userId],
    queryFn: ({ signal }) => api.get<User>(`/api/user/${userId}/`, { signal }),
    enabled: userId !== undefined,
  });
}
