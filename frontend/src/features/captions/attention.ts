/** Attention maps: rows of weights over the whole picture that sum to 1. */

export type Column = 'left' | 'center' | 'right';
export type Row = 'top' | 'middle' | 'bottom';

export interface Cell {
  x: number;
  y: number;
  /** How much the picture is dimmed there, 0 to 1. */
  shade: number;
}

/**
 * One cell a weight: nothing is dimmed where the model looked most, all of it where it looked least, and nothing at
 * all where it looked everywhere alike. The root keeps faint looks visible: one strong cell would else hide the rest.
 */
export function shadesOf(map: number[][]): Cell[] {
  const weights = map.flat();
  const [least, most] = [Math.min(...weights), Math.max(...weights)];
  const share = (weight: number) => (most > least ? (weight - least) / (most - least) : 1);
  return map.flatMap((row, y) => row.map((weight, x) => ({ x, y, shade: 1 - Math.sqrt(share(weight)) })));
}

/** In which ninth of the picture the model looked; null when it looked at all of it alike. */
export function placeOf(map: number[][]): { row: Row; column: Column } | null {
  const [height, width] = [map.length, map[0]?.length ?? 0];
  const weights = map.flat();
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!total || Math.max(...weights) / total < 2 / weights.length) return null;
  let [x, y] = [0, 0];
  map.forEach((line, rowIndex) =>
    line.forEach((weight, columnIndex) => {
      x += (weight / total) * ((columnIndex + 0.5) / width);
      y += (weight / total) * ((rowIndex + 0.5) / height);
    }),
  );
  return {
    row: third(y, ['top', 'middle', 'bottom']),
    column: third(x, ['left', 'center', 'right']),
  };
}

function third<T>(part: number, [first, second, last]: [T, T, T]): T {
  if (part < 1 / 3) return first;
  return part <= 2 / 3 ? second : last;
}
