import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';

/** Have captions drafted for photos in one job; those that have a caption or a draft are left as they are. */
export function useDraftForPhotos() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (image_hashes: string[]) =>
      api.post<{ job_id: string }>('/api/captions/draft/', { image_hashes }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['jobs'] }),
  });
}
