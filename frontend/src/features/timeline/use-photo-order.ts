import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { dayPageKey, useFetchDayPage } from '@/api/get-days';
import type { PhotoOrder } from '@/components/photo-rows/use-selection';
import type { GridPhoto } from '@/lib/api-types';
import type { TimelineFilter } from '@/lib/paths';
import type { Block } from './blocks';

/** Requests at a time: a server at home has other things to do. */
const AT_ONCE = 3;

/** The photos of a timeline in their order, as far as they are loaded, and how to load those between two. */
export function usePhotoOrder(blocks: Block[], filter: TimelineFilter): PhotoOrder {
  const queryClient = useQueryClient();
  const fetchPage = useFetchDayPage();
  return useMemo(() => {
    const parts = blocks.flatMap((block) => block.parts);
    const photosOf = ({ day, page }: (typeof parts)[number]) =>
      queryClient.getQueryData<GridPhoto[]>(dayPageKey(filter, day.id, page));
    const partOf = (hash: string) =>
      parts.findIndex((part) => photosOf(part)?.some((photo) => photo.id === hash));
    return {
      loaded: () => parts.flatMap((part) => photosOf(part)?.map((photo) => photo.id) ?? []),
      load: (from, to) => {
        const ends = [partOf(from), partOf(to)].sort((a, b) => a - b);
        const missing = parts.slice(ends[0], (ends[1] ?? 0) + 1).filter((part) => !photosOf(part));
        if (!missing.length) return null;
        const next = async (): Promise<void> => {
          for (let part = missing.shift(); part; part = missing.shift())
            await fetchPage(filter, part.day.id, part.page);
        };
        return Promise.all(Array.from({ length: AT_ONCE }, next));
      },
    };
    // The cache's client and the fetcher on it stay the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [blocks, filter, queryClient]);
}
