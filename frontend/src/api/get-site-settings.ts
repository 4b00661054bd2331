import { useQuery } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { SiteSettings } from '@/lib/api-types';

/** How the server spells "no model". */
export const MODEL_OFF = 'none';

export function useSiteSettings() {
  return useQuery({
    queryKey: ['site-settings'],
    queryFn: ({ signal }) => api.get<SiteSettings>('/api/sitesettings', { signal }),
  });
}
