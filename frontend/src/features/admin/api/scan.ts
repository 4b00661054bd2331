import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { User } from '@/lib/api-types';

/** Set a person's folder on the server and read what is new in it. */
export function useScanDirectory(user: User | undefined) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (directory: string) => {
      if (!user) return;
      if (directory !== (user.scan_directory ?? '')) {
        await api.patch(`/api/manage/user/${user.id}/`, { ...user, scan_directory: directory });
      }
      await api.post('/api/scanphotos/', {});
    },
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['user'] }),
        queryClient.invalidateQueries({ queryKey: ['jobs'] }),
      ]),
  });
}
