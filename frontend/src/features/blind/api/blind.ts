import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { BlindComparison } from '@/lib/api-types';

const queryKey = ['blind'];

/** One photo and one draft of an unnamed model; the same one until it is rated or another is asked for. */
export function useBlind() {
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => api.get<BlindComparison>('/api/captions/blind/', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** Rate a draft without knowing who wrote it; the answer brings the next one. */
export function useRateBlind() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, rating }: { id: number; rating: number }) =>
      api.post<BlindComparison>(`/api/captions/blind/${id}/`, { rating }),
    onSuccess: (next) => {
      queryClient.setQueryData(queryKey, next);
      return queryClient.invalidateQueries({ queryKey: ['caption-stats'] });
    },
  });
}
