import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/lib/api-client';
import type { PlaceAlbum, Results } from '@/lib/api-types';

/** Where photos were taken, in the language of the UI: each country before the places in it. */
export function usePlaces() {
  const { language } = useTranslation().i18n;
  return useQuery({
    queryKey: ['places', language],
    queryFn: async ({ signal }) =>
      (await api.get<Results<PlaceAlbum[]>>('/api/albums/place/list/', { query: { language }, signal }))
        .results,
  });
}
