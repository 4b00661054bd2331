import { useQuery } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { CaptionStats } from '@/lib/api-types';

/** What became of models' drafts: for one's own photos, or, for administrators, for everybody's. */
export function useCaptionStats(everybody: boolean) {
  return useQuery({
    queryKey: ['caption-stats', everybody],
    queryFn: ({ signal }) =>
      api.get<CaptionStats>(`/api/captions/stats/${everybody ? '?all=true' : ''}`, { signal }),
    placeholderData: (earlier) => earlier,
  });
}
