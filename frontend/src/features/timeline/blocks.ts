import type { Day } from '@/lib/api-types';

/** What the list is cut into to be drawn piece by piece: at most one page of one day. */
export interface Block {
  key: string;
  day: Day;
  page: number;
  /** Photos in it. */
  count: number;
  /** The day goes on in the next block. */
  continued: boolean;
}

export function toBlocks(days: Day[], pageSize: number): Block[] {
  return days.flatMap((day) => {
    const pages = Math.ceil(day.numberOfItems / pageSize);
    return Array.from({ length: pages }, (_, index) => ({
      key: `${day.id}/${index + 1}`,
      day,
      page: index + 1,
      count: Math.min(pageSize, day.numberOfItems - index * pageSize),
      continued: index + 1 < pages,
    }));
  });
}
