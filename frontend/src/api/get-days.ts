import { useQueries, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { Day, GridPhoto, Results } from '@/lib/api-types';
import { albumOf, type AlbumKind, type LibraryPart, type TimelineFilter } from '@/lib/paths';

/** Photos per page of a day; fixed by the server. */
export const DAY_PAGE_SIZE = 100;

const PARTS: Record<LibraryPart, Record<string, boolean>> = {
  all: {},
  favorites: { favorite: true },
  hidden: { hidden: true },
  trash: { in_trashcan: true },
};
const PARAMETERS: Record<AlbumKind, string> = {
  album: 'album',
  place: 'place',
  person: 'person',
  tag: 'thing',
};

function queryOf(filter: TimelineFilter): Record<string, string | boolean> {
  const album = albumOf(filter);
  return album ? { [PARAMETERS[album.kind]]: album.id } : PARTS[filter as LibraryPart];
}

const daysKey = (filter: TimelineFilter) => ['days', filter] as const;

const daysOptions = (filter: TimelineFilter) => ({
  queryKey: daysKey(filter),
  queryFn: async ({ signal }: { signal: AbortSignal }) =>
    (await api.get<Results<Day[]>>('/api/albums/date/list/', { query: queryOf(filter), signal })).results,
});

export const dayPageKey = (filter: TimelineFilter, dayId: string, page: number) =>
  [...daysKey(filter), dayId, page] as const;

const dayPageOptions = (filter: TimelineFilter, dayId: string, page: number) => ({
  queryKey: dayPageKey(filter, dayId, page),
  queryFn: async ({ signal }: { signal: AbortSignal }) =>
    (
      await api.get<Results<Day>>(`/api/albums/date/${dayId}`, {
        query: { page, ...queryOf(filter) },
        signal,
      })
    ).results.items,
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

/** Take photos out of a timeline before the server has; returns how to put them back. */
export function takeOutOfDays(
  queryClient: QueryClient,
  filter: TimelineFilter,
  hashes: readonly string[],
): () => void {
  const gone = new Set(hashes);
  const before = queryClient.getQueriesData<Day[] | GridPhoto[]>({ queryKey: daysKey(filter) });
  const taken: Record<string, number> = {};
  for (const [key, photos] of before) {
    const dayId = key[2];
    if (typeof dayId !== 'string' || !photos) continue;
    const left = (photos as GridPhoto[]).filter((photo) => !gone.has(photo.id));
    taken[dayId] = (taken[dayId] ?? 0) + photos.length - left.length;
    queryClient.setQueryData(key, left);
  }
  queryClient.setQueryData<Day[]>(daysKey(filter), (days) =>
    days
      ?.map((day) => ({ ...day, numberOfItems: day.numberOfItems - (taken[day.id] ?? 0) }))
      .filter((day) => day.numberOfItems > 0),
  );
  return () => before.forEach(([key, data]) => queryClient.setQueryData(key, data));
}
