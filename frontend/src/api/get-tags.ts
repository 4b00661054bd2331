import { useQuery } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { Results, TagAlbum } from '@/lib/api-types';

const HASHTAG = 'hashtag_attribute';

/** Albums that hashtags in captions have made, by title. */
export function useTags(enabled = true) {
  return useQuery({
    queryKey: ['tags'],
    queryFn: async ({ signal }) => {
      const { results } = await api.get<Results<TagAlbum[]>>('/api/albums/thing/list/', { signal });
      return results
        .filter((album) => album.thing_type === HASHTAG)
        .sort((a, b) => a.title.localeCompare(b.title));
    },
    enabled,
  });
}
