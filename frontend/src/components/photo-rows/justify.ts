/** Justified rows: every row but the last is as wide as the page, photos keep their proportions. */

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Rows {
  boxes: Box[];
  height: number;
}

const FALLBACK_RATIO = 4 / 3;
/** Beyond this a panorama would make its row too flat to see anything. */
const RATIO_LIMITS = [0.4, 3.2] as const;

export function usableRatio(ratio: number | null | undefined): number {
  if (!ratio || !Number.isFinite(ratio)) return FALLBACK_RATIO;
  return Math.min(Math.max(ratio, RATIO_LIMITS[0]), RATIO_LIMITS[1]);
}

/**
 * Place photos with the given ratios in rows of about `rowHeight` pixels.
 *
 * `stretchLast`: the last row is filled too, because more photos of the same day follow below.
 */
export function justify(
  ratios: number[],
  {
    width,
    rowHeight,
    gap,
    stretchLast = false,
  }: { width: number; rowHeight: number; gap: number; stretchLast?: boolean },
): Rows {
  const boxes: Box[] = [];
  let top = 0;
  let row: number[] = [];
  const close = (isLast: boolean) => {
    const ratioSum = row.reduce((sum, ratio) => sum + ratio, 0);
    const full = (width - gap * (row.length - 1)) / ratioSum;
    const limit = isLast && !stretchLast ? rowHeight : rowHeight * 1.6;
    const height = Math.min(full, limit);
    let left = 0;
    for (const ratio of row) {
      boxes.push({ left, top, width: ratio * height, height });
      left += ratio * height + gap;
    }
    top += height + gap;
    row = [];
  };
  ratios.forEach((ratio, index) => {
    row.push(ratio);
    const filled = row.reduce((sum, one) => sum + one, 0) * rowHeight + gap * (row.length - 1);
    if (filled >= width || index === ratios.length - 1) close(index === ratios.length - 1 && filled < width);
  });
  return { boxes, height: Math.max(0, top - gap) };
}

/** About how high `count` photos of unknown proportions will be, in pixels. */
export function estimateHeight(count: number, width: number, rowHeight: number, gap: number): number {
  const perRow = Math.max(1, width / (rowHeight * FALLBACK_RATIO + gap));
  return Math.ceil(count / perRow) * (rowHeight + gap);
}
