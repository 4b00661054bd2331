import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { Job, Paged } from '@/lib/api-types';

export const JOBS_PER_PAGE = 10;

/** One page of the jobs, newest first, followed while the page is open. */
export function useJobs(page: number) {
  return useQuery({
    queryKey: ['jobs', page],
    queryFn: ({ signal }) =>
      api.get<Paged<Job>>('/api/jobs/', { query: { page, page_size: JOBS_PER_PAGE }, signal }),
    refetchInterval: 2000,
    placeholderData: (before) => before,
  });
}

/** Remove a job from the list; one that is under way is stopped. */
export function useRemoveJob() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.delete<null>(`/api/jobs/${id}/`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['jobs'] }),
  });
}
