import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import { writeSession, type Session } from '@/lib/session';

export interface Credentials {
  username: string;
  password: string;
}

/** Sign in; the server sets the cookie for pictures in the same answer. */
export function useSignIn() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ username, password }: Credentials) =>
      api.post<Session>(
        '/api/auth/token/obtain/',
        { username: username.trim().toLowerCase(), password },
        { anonymous: true },
      ),
    onSuccess: ({ access, refresh }) => {
      queryClient.clear();
      writeSession({ access, refresh });
    },
  });
}
