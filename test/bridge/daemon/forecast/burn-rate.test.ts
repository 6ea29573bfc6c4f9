// What counts as spent: rises that stay, and neither flicker nor gaps.
import { describe, expect, test } from "vitest";
import { toBurnRate, toSpent, toStretches, toWatchedMs } from "../../../../bridge/daemon/forecast/burn-rate.ts";
import type { HistoryPoint } from "../../../../shared/history.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const GAP = 20 * MINUTE;

/** A value every ten minutes. */
const every10 = (...values: (number | null)[]): HistoryPoint[] =>
  values.map((value, index) => [index * 10 * MINUTE, value, 9 * HOUR]);
const spent = (points: readonly HistoryPoint[]) => toStretches(points, GAP).map((stretch) => stretch.points);

describe("what was spent", () => {
  test.each([
    { name: "is what was added, once a later value confirms it", values: [1, 3, 6, 6], points: [2, 3, 0] },
    { name: "leaves the last rise open", values: [1, 3, 6], points: [2, 0] },
    { name: "is nothing at rest", values: [5, 5, 5], points: [0, 0] },
    { name: "is nothing for a value that falls once and comes back", values: [50, 12, 50, 50], points: [0, 0, 0] },
    { name: "is nothing for a value that rises once and comes back", values: [12, 93, 12, 12], points: [0, 0, 0] },
    {
      name: "is nothing for a value that goes to and fro",
      values: [12, 13, 12, 13, 12, 13, 12],
      points: [1, 0, 0, 0, 0, 0],
    },
    { name: "is counted over an unknown value", values: [5, null, 8, 8], points: [3, 0] },
  ])("$name", ({ values, points }) => {
    expect(spent(every10(...values)).map((each) => each || 0)).toEqual(points);
  });

  test("is nothing of points that do not ascend", () => {
    expect(
      spent([
        [HOUR, 1, null],
        [HOUR, 50, null],
        [0, 90, null],
      ]),
    ).toEqual([]);
  });

  test("counts with the gap that it fell into", () => {
    const stretches = toStretches(
      [
        [0, 5, null],
        [3 * HOUR, 35, null],
        [3 * HOUR + MINUTE, 35, null],
      ],
      GAP,
    );
    expect(stretches[0]).toEqual({ fromMs: 0, toMs: 3 * HOUR, points: 30, isGap: true, isFull: false });
    expect(toSpent(stretches, 0)).toBe(30);
    expect(toWatchedMs(stretches, 0)).toBe(MINUTE);
  });
});

describe("the burn rate", () => {
  const rate = (points: readonly HistoryPoint[], nowMs: number) =>
    toBurnRate(toStretches(points, GAP), nowMs, 15 * MINUTE);

  /** A value each minute from `fromMs` on. */
  const each = (values: readonly number[], fromMs = 0): HistoryPoint[] =>
    values.map((value, index) => [fromMs + index * MINUTE, value, null]);
  const rising = (minutes: number) => Array.from({ length: minutes + 1 }, (_, index) => index);
  const resting = (minutes: number, value: number) => Array.from({ length: minutes }, () => value);

  test("is the points an hour of steady work", () => {
    expect(rate(each([...rising(90), 90]), 91 * MINUTE)).toBeGreaterThan(55);
    expect(rate(each([...rising(90), 90]), 91 * MINUTE)).toBeLessThan(60);
  });

  test("follows what is done now", () => {
    const stopped = each([...rising(30), ...resting(30, 30)]);
    const begun = each([...resting(30, 0), ...rising(30), 30]);
    expect(rate(stopped, HOUR)).toBeLessThan(10);
    expect(rate(begun, HOUR)).toBeGreaterThan(45);
  });

  test("takes a gap neither for rest nor for burn", () => {
    const before = each([...rising(30), 30]);
    const rested = each([...resting(11, 30)], 5 * HOUR);
    const worked = each([...resting(11, 90)], 5 * HOUR);
    const whileWatched = rate([...before, ...rested], 5 * HOUR + 10 * MINUTE);
    expect(rate([...before, ...worked], 5 * HOUR + 10 * MINUTE)).toBe(whileWatched);
    expect(whileWatched).toBeLessThan(0.01);
  });

  test("is unknown when nobody looked", () => {
    expect(rate([], HOUR)).toBeUndefined();
    expect(
      rate(
        [
          [0, 5, null],
          [5 * HOUR, 9, null],
        ],
        5 * HOUR,
      ),
    ).toBeUndefined();
  });
});
