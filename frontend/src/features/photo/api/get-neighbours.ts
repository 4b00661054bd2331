import { useQuery } from '@tanstack/react-query';
import { DAY_PAGE_SIZE, useDays, useFetchDayPage } from '@/api/get-days';
import { useSearch } from '@/api/search-photos';
import { api } from '@/lib/api-client';
import type { Day, PhotoGroup, PhotoSummary } from '@/lib/api-types';
import type { PhotoSource, TimelineFilter } from '@/lib/paths';

export interface Neighbours {
  previous: string | null;
  next: string | null;
}

const NONE: Neighbours = { previous: null, next: null };

/** The photos before and after this one in the list it was opened from. */
export function useNeighbours(source: PhotoSource, hash: string): Neighbours {
  const search = useSearch(source.kind === 'search' ? source.text : '', source.kind === 'search');
  const timeline = useTimelineNeighbours(source.kind === 'timeline' ? source.filter : null, hash);
  if (source.kind === 'timeline') return timeline;
  return around(flatten(search.data?.groups), hash);
}

function useTimelineNeighbours(filter: TimelineFilter | null, hash: string): Neighbours {
  const fetchDayPage = useFetchDayPage();
  const days = useDays(filter ?? 'all', filter !== null);
  const neighbours = useQuery({
    queryKey: ['neighbours', filter, hash, days.dataUpdatedAt],
    queryFn: async ({ signal }) => {
      const { album_date_id } = await api.get<PhotoSummary>(`/api/photos/${hash}/summary/`, { signal });
      const page = (dayId: string, number: number) =>
        fetchDayPage(filter ?? 'all', dayId, number).then((photos) => photos.map((photo) => photo.id));
      return findNeighbours(days.data ?? [], String(album_date_id), hash, page);
    },
    enabled: filter !== null && days.data !== undefined,
  });
  return neighbours.data ?? NONE;
}

/** Look for `hash` in its day page by page; at the ends of the day go on in the next or previous one. */
export async function findNeighbours(
  days: Day[],
  dayId: string,
  hash: string,
  page: (dayId: string, number: number) => Promise<string[]>,
): Promise<Neighbours> {
  const index = days.findIndex((day) => day.id === dayId);
  const day = days[index];
  if (!day) return NONE;
  const lastPage = (of: Day) => Math.ceil(of.numberOfItems / DAY_PAGE_SIZE);

  let seen: string[] = [];
  for (let number = 1; number <= lastPage(day); number += 1) {
    seen = [...seen, ...(await page(day.id, number))];
    const at = seen.indexOf(hash);
    if (at >= 0 && (at < seen.length - 1 || number === lastPage(day))) break;
  }
  const { previous, next } = around(seen, hash);
  const [newer, older] = [days[index - 1], days[index + 1]];
  return {
    previous: previous ?? (newer ? ((await page(newer.id, lastPage(newer))).at(-1) ?? null) : null),
    next: next ?? (older ? ((await page(older.id, 1))[0] ?? null) : null),
  };
}

function around(hashes: string[], hash: string): Neighbours {
  const at = hashes.indexOf(hash);
  if (at < 0) return NONE;
  return { previous: hashes[at - 1] ?? null, next: hashes[at + 1] ?? null };
}

function flatten(groups: PhotoGroup[] | undefined): string[] {
  return (groups ?? []).flatMap((group) => group.items.map((photo) => photo.id));
}
