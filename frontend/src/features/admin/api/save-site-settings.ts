import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { SiteSettings } from '@/lib/api-types';

export function useSaveSiteSettings() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (changes: Partial<SiteSettings>) => api.post<SiteSettings>('/api/sitesettings', changes),
    onSuccess: async (settings) => {
      queryClient.setQueryData(['site-settings'], settings);
      await queryClient.invalidateQueries({ queryKey: ['models'] });
    },
  });
}
