import { describe, expect, it } from 'vitest';
import { justify, usableRatio } from './justify';

const options = { width: 1000, rowHeight: 200, gap: 4 };

describe('justify', () => {
  it('fills every row but the last, without overlap and in order', () => {
    const ratios = [1.5, 0.75, 1.33, 1.33, 2, 1, 1];
    const { boxes, height } = justify(ratios, options);
    expect(boxes).toHaveLength(ratios.length);
    const tops = [...new Set(boxes.map((box) => box.top))];
    for (const top of tops.slice(0, -1)) {
      const row = boxes.filter((box) => box.top === top);
      const last = row.at(-1);
      expect((last?.left ?? 0) + (last?.width ?? 0)).toBeCloseTo(options.width);
    }
    boxes.forEach((box, index) => expect(box.width / box.height).toBeCloseTo(ratios[index] ?? 0));
    expect(height).toBeCloseTo(Math.max(...boxes.map((box) => box.top + box.height)));
  });

  it('does not blow up a lonely photo', () => {
    expect(justify([1], options).boxes).toEqual([{ left: 0, top: 0, width: 200, height: 200 }]);
  });

  it('never reaches over the edge', () => {
    for (const ratio of [0.4, 1, 3.2]) {
      const { boxes } = justify(
        Array.from({ length: 9 }, () => ratio),
        { ...options, width: 330 },
      );
      for (const box of boxes) expect(box.left + box.width).toBeLessThanOrEqual(330.001);
    }
  });

  it('is empty for no photos', () => {
    expect(justify([], options)).toEqual({ boxes: [], height: 0 });
  });
});

it('has a ratio for photos that are still being read, and limits for panoramas', () => {
  expect(usableRatio(null)).toBeCloseTo(4 / 3);
  expect(usableRatio(Number.NaN)).toBeCloseTo(4 / 3);
  expect(usableRatio(12)).toBe(3.2);
});
