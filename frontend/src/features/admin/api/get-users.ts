import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { Paged, User } from '@/lib/api-types';

const MOST = 1000;

/** Everybody with an account. */
export function useUsers() {
  return useQuery({
    queryKey: ['users'],
    queryFn: async ({ signal }) =>
      (await api.get<Paged<User>>('/api/user/', { query: { page_size: MOST }, signal })).results,
  });
}

export interface UserForm {
  username: string;
  first_name: string;
  last_name: string;
  email: string;
  /** Empty: stays as it is. */
  password: string;
  scan_directory: string;
}

/** Make an account (`id` null) or change one. */
export function useSaveUser(id: number | null) {
  const invalidate = useInvalidateUsers();
  return useMutation({
    mutationFn: async (form: UserForm) => {
      const { scan_directory, password, ...account } = form;
      if (id === null) {
        const made = await api.post<User>('/api/user/', { ...account, password });
        if (scan_directory) await api.patch(`/api/manage/user/${made.id}/`, { scan_directory });
        return;
      }
      const changes = { ...account, scan_directory, ...(password && { password }) };
      await api.patch(`/api/manage/user/${id}/`, changes);
    },
    onSettled: invalidate,
  });
}

export function useDeleteUser() {
  const invalidate = useInvalidateUsers();
  return useMutation({
    mutationFn: (id: number) => api.delete<null>(`/api/delete/user/${id}/`),
    onSettled: invalidate,
  });
}

function useInvalidateUsers() {
  const queryClient = useQueryClient();
  return () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: ['users'] }),
      queryClient.invalidateQueries({ queryKey: ['user'] }),
    ]);
}
