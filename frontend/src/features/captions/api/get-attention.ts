import { useQuery } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { Explanation } from '@/lib/api-types';

/** Where the model looked for each word of a draft. It is asked once more for this, so never without being asked to. */
export function useAttention(hash: string, captionId: number) {
  return useQuery({
    queryKey: ['attention', hash, captionId],
    queryFn: ({ signal }) =>
      api.get<Explanation>(`/api/photos/${hash}/captions/${captionId}/attention/`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
