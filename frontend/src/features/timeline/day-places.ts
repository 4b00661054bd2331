import type { GridPhoto } from '@/lib/api-types';

const NAMED = 2;

/** Where a day's photos were taken, most frequent first: up to two names, and how many more there are. */
export function dayPlaces(
  photos: GridPhoto[] | undefined,
  known: string | null,
): { names: string[]; more: number } {
  const counts = new Map<string, number>();
  for (const { location } of photos ?? []) {
    if (location) counts.set(location, (counts.get(location) ?? 0) + 1);
  }
  // What the day itself says may come from photos that are on a later page.
  if (known && !counts.has(known)) counts.set(known, 0);
  const places = [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  return { names: places.slice(0, NAMED), more: Math.max(0, places.length - NAMED) };
}
