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

/** Stop a job that waits or runs (it stays in the list), or take an ended one off the list. */
export function useEndJob() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, act }: { id: number; act: 'cancel' | 'remove' }) =>
      act === 'cancel'
        ? api.post<unknown>(`/api/jobs/${id}/cancel/`, {})
        : api.delete<unknown>(`/api/jobs/${id}/`),
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['jobs'] }),
        queryClient.invalidateQueries({ queryKey: ['models'] }),
      ]),
  });
}
