import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { User } from '@/lib/api-types';

type Changes = Partial<
  Pick<User, 'llm_settings' | 'save_metadata_to_disk' | 'draft_at_night' | 'favorite_min_rating'>
>;

/** Change one's own settings: shown at once, taken back when the server refuses. */
export function useSaveMe(user: User) {
  const queryClient = useQueryClient();
  const queryKey = ['user', user.id];
  return useMutation({
    // One after the other: a slider sends several changes, and the last one has to win.
    scope: { id: 'save-me' },
    mutationFn: (changes: Changes) => api.patch<User>(`/api/user/${user.id}/`, changes),
    onMutate: (changes) => {
      const before = queryClient.getQueryData<User>(queryKey);
      queryClient.setQueryData<User>(queryKey, (now) => now && { ...now, ...changes });
      return { before };
    },
    onError: (_error, _changes, context) => queryClient.setQueryData(queryKey, context?.before),
    onSuccess: (saved) => queryClient.setQueryData(queryKey, saved),
  });
}
