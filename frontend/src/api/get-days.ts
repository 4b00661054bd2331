import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { Day, GridPhoto, Results } from '@/lib/api-types';
import type { TimelineFilter } from '@/lib/paths';

/** Photos per page of a day; fixed by the server. */
export const DAY_PAGE_SIZE = 100;

const QUERY: Record<TimelineFilter, Record<string, boolean>> = {
  all: {},
  favorites: { favorite: true },
  hidden: { hidden: true },
  trash: { in_trashcan: true },
};

const daysKey = (filter: TimelineFilter) => ['days', filter] as const;

const daysOptions = (filter: TimelineFilter) => ({
  queryKey: daysKey(filter),
  queryFn: async ({ signal }: { signal: AbortSignal }) =>
    (await api.get<Results<Day[]>>('/api/albums/date/list/', { query: QUERY[filter], signal })).results,
});

export const dayPageKey = (filter: TimelineFilter, dayId: string, page: number) =>
  [...daysKey(filter), dayId, page] as const;

const dayPageOptions = (filter: TimelineFilter, dayId: string, page: number) => ({
  queryKey: dayPageKey(filter, dayId, page),
  queryFn: async ({ signal }: { signal: AbortSignal }) =>
    (await api.get<Results<Day>>(`/api/albums/date/${dayId}`, { query: { page, ...QUERY[filter] }, signal }))
      .results.items,
});

/** The days that have photos, newest first, with how many; the photos themselves come by useDayPage. */
export function useDays(filter: TimelineFilter, enabled = true) {
  return useQuery({ ...daysOptions(filter), enabled });
}

/** Up to 100 photos of a day; pages count from 1. */
export function useDayPage(filter: TimelineFilter, dayId: string, page: number, enabled: boolean) {
  return useQuery({ ...dayPageOptions(filter, dayId, page), enabled });
}

/** The first page of each of several days; undefined where it has not come yet. */
export function useDayPages(
  filter: TimelineFilter,
  dayIds: string[],
  enabled: boolean,
): (GridPhoto[] | undefined)[] {
  return useQueries({
    queries: dayIds.map((dayId) => ({ ...dayPageOptions(filter, dayId, 1), enabled })),
    combine: (results) => results.map((result) => result.data),
  });
}

/** Ask for a page of a day outside of rendering. */
export function useFetchDayPage(): (
  filter: TimelineFilter,
  dayId: string,
  page: number,
) => Promise<GridPhoto[]> {
  const queryClient = useQueryClient();
  return (filter, dayId, page) => queryClient.fetchQuery(dayPageOptions(filter, dayId, page));
}
