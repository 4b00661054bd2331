import type { Day } from '@/lib/api-types';

/** At most one page of one day. */
export interface DayPart {
  day: Day;
  page: number;
  /** Photos in it. */
  count: number;
}

/** What the list is cut into to be drawn piece by piece: a part of one day, or several small days in one row. */
export interface Block {
  key: string;
  parts: DayPart[];
  /** The day goes on in the next block. */
  continued: boolean;
}

/**
 * Cut days into blocks of at most `pageSize` photos.
 *
 * `perRow`: about how many photos fit into a row. Neighbouring days that fit into one row together share it, so that
 * a library of single snapshots is not a page of holes.
 */
export function toBlocks(days: Day[], pageSize: number, perRow: number): Block[] {
  const blocks: Block[] = [];
  let shared: DayPart[] = [];
  const close = () => {
    if (shared[0]) blocks.push({ key: `${shared[0].day.id}/1`, parts: shared, continued: false });
    shared = [];
  };
  for (const day of days) {
    const taken = shared.reduce((sum, part) => sum + part.count, 0);
    if (taken + day.numberOfItems > perRow) close();
    if (day.numberOfItems <= perRow) shared.push({ day, page: 1, count: day.numberOfItems });
    else blocks.push(...cut(day, pageSize));
  }
  close();
  return blocks;
}

export function photosIn(block: Block): number {
  return block.parts.reduce((sum, part) => sum + part.count, 0);
}

function cut(day: Day, pageSize: number): Block[] {
  const pages = Math.ceil(day.numberOfItems / pageSize);
  return Array.from({ length: pages }, (_, index) => {
    const count = Math.min(pageSize, day.numberOfItems - index * pageSize);
    return {
      key: `${day.id}/${index + 1}`,
      parts: [{ day, page: index + 1, count }],
      continued: index + 1 < pages,
    };
  });
}
