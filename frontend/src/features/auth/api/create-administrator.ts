import { useMutation } from '@tanstack/react-query';
import { api } from '@/lib/api-client';

export interface NewAdministrator {
  username: string;
  password: string;
  email: string;
  first_name: string;
  last_name: string;
}

/** The first account of an empty instance; the server makes it the administrator, once. */
export function useCreateAdministrator() {
  return useMutation({
    mutationFn: (person: NewAdministrator) =>
      api.post<unknown>(
        '/api/user/',
        { ...person, username: person.username.trim().toLowerCase() },
        { anonymous: true },
      ),
  });
}
