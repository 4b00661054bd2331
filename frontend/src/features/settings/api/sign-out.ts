import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import { readSession, writeSession } from '@/lib/session';

/** End the login here and, when it can be reached, on the server. */
export function useSignOut() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const session = readSession();
      if (session) {
        await api.post('/api/auth/token/blacklist/', { refresh: session.refresh }).catch(() => undefined);
      }
    },
    onSettled: () => {
      writeSession(null);
      queryClient.clear();
    },
  });
}
