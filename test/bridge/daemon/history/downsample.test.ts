// Fewer points of the same shape: only real ones, and never without the peak.
import fc from "fast-check";
import { expect, test } from "vitest";
import { downsample } from "../../../../bridge/daemon/history/downsample.ts";
import type { HistoryPoint } from "../../../../shared/history.ts";

const span = { sinceMs: 0, untilMs: 1_000_000 };

const pointsArbitrary = fc
  .uniqueArray(fc.integer({ min: 0, max: span.untilMs - 1 }), { maxLength: 400 })
  .chain((moments) =>
    fc.tuple(
      ...moments
        .toSorted((a, b) => a - b)
        .map((at) => fc.option(fc.integer({ min: 0, max: 100 })).map((value): HistoryPoint => [at, value, null])),
    ),
  );

test("as many points as are wanted stay as they are", () => {
  const points: HistoryPoint[] = [
    [1, 5, null],
    [2, 6, null],
  ];
  expect(downsample(points, { ...span, maxPoints: 2 })).toEqual(points);
});

test("of each stretch the lowest and the highest stay, in their order", () => {
  const points: HistoryPoint[] = [
    [0, 50, null],
    [1, 90, null],
    [2, 10, null],
    [3, 60, null],
    [500_001, 7, null],
    [500_002, 7, null],
  ];
  expect(downsample(points, { ...span, maxPoints: 4 })).toEqual([
    [1, 90, null],
    [2, 10, null],
    [500_001, 7, null],
    [500_002, 7, null],
  ]);
});

test("a moment nobody knew the value stays among the known ones", () => {
  const points: HistoryPoint[] = [
    [0, 50, null],
    [1, null, null],
    [2, 60, null],
  ];
  expect(downsample(points, { ...span, maxPoints: 2 })).toEqual([
    [1, null, null],
    [2, 60, null],
  ]);
});

test("the newest point stays, also between the lowest and the highest of its stretch", () => {
  const points: HistoryPoint[] = [
    [0, 10, null],
    [1, 0, null],
    [2, 90, null],
    [3, 4, null],
  ];
  expect(downsample(points, { ...span, maxPoints: 2 }).at(-1)).toEqual([3, 4, null]);
});

test("whatever is seen, every point is a real one, they ascend, they are few, and the peak is among them", () => {
  fc.assert(
    fc.property(pointsArbitrary, fc.integer({ min: 2, max: 100 }), (points, maxPoints) => {
      const kept = downsample(points, { ...span, maxPoints });
      expect(kept.every((point) => points.includes(point))).toBe(true);
      expect(kept).toEqual(kept.toSorted(([a], [b]) => a - b));
      expect(kept.length).toBeLessThanOrEqual(maxPoints + 3);
      expect(toPeak(kept)).toBe(toPeak(points));
      expect(kept.at(-1)).toBe(points.at(-1));
    }),
  );
});

function toPeak(points: readonly HistoryPoint[]): number {
  return Math.max(-1, ...points.map(([, value]) => value ?? -1));
}
