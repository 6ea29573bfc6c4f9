// Where a window started again: the announced moment, an early one, and what only looks like one.
import { describe, expect, test } from "vitest";
import type { HistoryPoint } from "../../shared/history.ts";
import { toCurrentPeriod, toPeriods, toResets } from "../../shared/resets.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const reset = 10 * HOUR;
const next = 15 * HOUR;

const cases: { name: string; points: HistoryPoint[]; resets: number[] }[] = [
  { name: "nothing seen has none", points: [], resets: [] },
  {
    name: "a rising window has none",
    points: [
      [0, 5, reset],
      [HOUR, 50, reset],
    ],
    resets: [],
  },
  {
    name: "an announced reset that passed counts at its moment",
    points: [
      [9 * HOUR, 80, reset],
      [11 * HOUR, 2, next],
    ],
    resets: [reset],
  },
  {
    name: "also when the new period is already fuller",
    points: [
      [9 * HOUR, 8, reset],
      [14 * HOUR, 60, next],
    ],
    resets: [reset],
  },
  {
    name: "also into a window that has not started",
    points: [
      [9 * HOUR, 80, reset],
      [11 * HOUR, 0, null],
    ],
    resets: [reset],
  },
  {
    name: "a single idle reading within a period is none",
    points: [
      [HOUR, 40, reset],
      [HOUR + MINUTE, 0, null],
      [HOUR + 2 * MINUTE, 41, reset],
    ],
    resets: [],
  },
  {
    name: "a single reading of another period is none",
    points: [
      [HOUR, 40, reset],
      [HOUR + MINUTE, 1, next],
      [HOUR + 2 * MINUTE, 41, reset + 1_000],
    ],
    resets: [],
  },
  {
    name: "an idle reading within a period counts once the next one says so as well",
    points: [
      [HOUR, 40, reset],
      [HOUR + MINUTE, 0, null],
      [HOUR + 16 * MINUTE, 0, null],
    ],
    resets: [HOUR + MINUTE],
  },
  {
    name: "and not before: it may be a slip",
    points: [
      [HOUR, 40, reset],
      [HOUR + MINUTE, 0, null],
    ],
    resets: [],
  },
  {
    name: "a start after a rest is none",
    points: [
      [0, 0, null],
      [HOUR, 3, reset],
    ],
    resets: [],
  },
  {
    name: "an early reset counts when it is seen",
    points: [
      [2 * HOUR, 80, reset],
      [3 * HOUR, 1, next],
    ],
    resets: [3 * HOUR],
  },
  {
    name: "a reset time that jitters is none",
    points: [
      [HOUR, 10, reset],
      [2 * HOUR, 11, reset + 1_000],
      [3 * HOUR, 12, reset - 1_000],
    ],
    resets: [],
  },
  {
    name: "a reset time that only moves later, without a fall, is none",
    points: [
      [HOUR, 10, reset],
      [2 * HOUR, 11, next],
    ],
    resets: [],
  },
  {
    name: "a lasting fall under the old reset time counts",
    points: [
      [HOUR, 90, reset],
      [2 * HOUR, 1, reset],
      [3 * HOUR, 2, reset],
    ],
    resets: [2 * HOUR],
  },
  {
    name: "a flicker is none",
    points: [
      [HOUR, 93, reset],
      [2 * HOUR, 23, reset],
      [3 * HOUR, 93, reset],
    ],
    resets: [],
  },
  {
    name: "a low last value is not yet one",
    points: [
      [HOUR, 93, reset],
      [2 * HOUR, 3, reset],
    ],
    resets: [],
  },
  {
    name: "a value nobody knows between changes nothing",
    points: [
      [9 * HOUR, 80, reset],
      [9.5 * HOUR, null, null],
      [11 * HOUR, 2, next],
    ],
    resets: [reset],
  },
];

describe("resets", () => {
  test.each(cases)("$name", ({ points, resets }) => {
    expect(toResets(points)).toEqual(resets);
  });

  test("the current period begins with the first point after the last reset", () => {
    const points: HistoryPoint[] = [
      [9 * HOUR, 80, reset],
      [11 * HOUR, 2, next],
      [12 * HOUR, 4, next],
    ];
    expect(toCurrentPeriod(points)).toEqual(points.slice(1));
  });

  test("every point belongs to one period", () => {
    const points: HistoryPoint[] = [
      [2 * HOUR, 80, reset],
      [3 * HOUR, 1, next],
      [4 * HOUR, 9, next],
      [16 * HOUR, 0, null],
    ];
    expect(toPeriods(points)).toEqual([points.slice(0, 1), points.slice(1, 3), points.slice(3)]);
    expect(toPeriods([])).toEqual([[]]);
  });
});
