import { expect, it } from 'vitest';
import { placeOf, shadesOf } from './attention';

const map = (size: number, x: number, y: number) =>
  Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (__, column) => (row === y && column === x ? 1 : 0)),
  );

it('dims everything but where the model looked', () => {
  const cells = shadesOf(map(2, 1, 0));
  expect(cells).toEqual([
    { x: 0, y: 0, shade: 1 },
    { x: 1, y: 0, shade: 0 },
    { x: 0, y: 1, shade: 1 },
    { x: 1, y: 1, shade: 1 },
  ]);
});

it('says where that is', () => {
  expect(placeOf(map(6, 0, 0))).toEqual({ row: 'top', column: 'left' });
  expect(placeOf(map(6, 5, 2))).toEqual({ row: 'middle', column: 'right' });
  expect(placeOf(map(5, 2, 4))).toEqual({ row: 'bottom', column: 'center' });
});

it('says nothing of a look at the whole picture, or of no map at all', () => {
  expect(
    placeOf([
      [0.25, 0.25],
      [0.25, 0.25],
    ]),
  ).toBeNull();
  expect(placeOf([])).toBeNull();
});

it('dims nothing where the model looked at all of it alike, as on a map of zeros', () => {
  expect(shadesOf([[0, 0]]).map((cell) => cell.shade)).toEqual([0, 0]);
});
