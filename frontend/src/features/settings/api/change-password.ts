import { useMutation } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { User } from '@/lib/api-types';
import { writeSession, type Session } from '@/lib/session';

/** Change one's own password. The server then ends every session, this one too, so a new one is opened at once. */
export function useChangePassword(user: User) {
  return useMutation({
    mutationFn: async (password: string) => {
      await api.patch<User>(`/api/user/${user.id}/`, { password });
      return api.post<Session>(
        '/api/auth/token/obtain/',
        { username: user.username, password },
        { anonymous: true },
      );
    },
    onSuccess: ({ access, refresh }) => writeSession({ access, refresh }),
  });
}
