// Where a window is heading: what is said, and above all when nothing is.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ForecastQuestion, toForecast } from "../../../../bridge/daemon/forecast/to-forecast.ts";
import { type Forecast, forecastSchema } from "../../../../shared/forecast.ts";
import type { HistoryPoint } from "../../../../shared/history.ts";
import { PROPERTY_TIMEOUT_MS, toRuns } from "../../../harness/property-runs.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const GAP = 20 * MINUTE;
const noon = Date.UTC(2026, 10, 20, 12);
const flat = Array.from({ length: 168 }, () => 0.5);

/** A value each minute up to noon. */
const until = (values: readonly (number | null)[], resetMs: number): HistoryPoint[] =>
  values.map((value, index) => [noon - (values.length - 1 - index) * MINUTE, value, resetMs]);
/** From 0 on at so many points an hour, in whole percents as the server says them. */
const rising = (minutes: number, pointsPerHour: number): number[] =>
  Array.from({ length: minutes + 1 }, (_, index) => Math.floor((index * pointsPerHour) / 60));

/** Two hours into a 5-hour window that is spent at a steady 24 points an hour. */
function ask(more: Partial<ForecastQuestion> = {}): Forecast | null {
  const resetMs = more.resetMs ?? noon + 3 * HOUR;
  const question = { id: "five_hour", resetMs, nowMs: noon, gapMs: GAP, profile: undefined };
  return toForecast({ ...question, utilization: 48, points: until(rising(120, 24), resetMs), ...more });
}

/** A weekly window on its third day of seven, half spent. */
function askWeek(more: Partial<ForecastQuestion> = {}): Forecast | null {
  const resetMs = noon + 4 * DAY;
  const points: HistoryPoint[] = Array.from({ length: 3 * 96 }, (_, index) => [
    noon - 3 * DAY + index * 15 * MINUTE,
    Math.floor((index + 1) / 5.76),
    resetMs,
  ]);
  return ask({ id: "seven_day", utilization: 50, resetMs, points, profile: flat, ...more });
}

describe("what is said", () => {
  test("steady work goes on to where a line leads", () => {
    const { percent_per_hour, percent_at_reset, exhausted_at, pace } = ask() ?? {};
    expect(percent_per_hour).toBeGreaterThan(20);
    expect(percent_per_hour).toBeLessThan(26);
    expect(percent_at_reset).toBeGreaterThan(110);
    expect(percent_at_reset).toBeLessThan(125);
    expect(Date.parse(exhausted_at ?? "")).toBeGreaterThan(noon + 2 * HOUR);
    expect(Date.parse(exhausted_at ?? "")).toBeLessThan(noon + 2.6 * HOUR);
    expect(pace).toBe(8);
  });

  test("reset times that jitter by a second start no new window", () => {
    const jittered = until(rising(120, 24), noon + 3 * HOUR).map(([atMs, used, resetMs], index): HistoryPoint => {
      return [atMs, used, (resetMs ?? 0) + ((index % 3) - 1) * 1000];
    });
    expect(ask({ points: jittered })).toEqual(ask());
  });

  test("15 % with four hours left is not 15 % reached in twenty minutes", () => {
    const resetMs = noon + 4 * HOUR;
    const slow = until(rising(60, 15), resetMs);
    const fast = until([...rising(40, 0), ...rising(20, 45)], resetMs);
    expect(ask({ resetMs, utilization: 15, points: slow })?.exhausted_at).toBeNull();
    expect(ask({ resetMs, utilization: 15, points: fast })?.exhausted_at).not.toBeNull();
  });

  test("a short window fades into what these hours usually cost", () => {
    const usual = ask({ profile: flat });
    expect(usual?.percent_at_reset).toBeLessThan(ask()?.percent_at_reset ?? 0);
  });

  test("a week is forecast by the user's own hours", () => {
    // Weeks begin on a Thursday here, and noon is a Friday's.
    const isAhead = (hour: number) => hour >= 36 && hour < 36 + 96;
    const workNext = flat.map((_, hour) => (isAhead(hour) ? 1 : 0));
    const restNext = flat.map((_, hour) => (isAhead(hour) ? 0 : 1));
    const busy = askWeek({ profile: workNext })?.percent_at_reset ?? 0;
    const quiet = askWeek({ profile: restNext })?.percent_at_reset ?? 0;
    expect(busy - quiet).toBeGreaterThan(10);
  });

  test("a week that costs more than usual so far is expected to go on so, in part", () => {
    const usual = askWeek({ profile: flat.map(() => 50 / 72) })?.percent_at_reset ?? 0;
    const heavy = askWeek({ profile: flat.map(() => 25 / 72) })?.percent_at_reset ?? 0;
    expect(usual).toBeGreaterThan(110);
    expect(heavy).toBeGreaterThan(50 + (25 / 72) * 96);
    expect(heavy).toBeLessThan(usual);
  });

  test("a value that flickers down and up again is no burn", () => {
    const calm = until(rising(120, 24), noon + 3 * HOUR);
    const flickers = calm.map(
      ([atMs, value, resetMs], index): HistoryPoint => [atMs, index % 30 === 8 ? 12 : value, resetMs],
    );
    const upwards = calm.map(
      ([atMs, value, resetMs], index): HistoryPoint => [atMs, index % 30 === 8 ? 93 : value, resetMs],
    );
    const rate = ask({ points: calm })?.percent_per_hour ?? 0;
    // A rise in the very minute of a flicker is seen a minute sooner or later.
    expect(Math.abs((ask({ points: flickers })?.percent_per_hour ?? 0) - rate)).toBeLessThan(0.5);
    expect(Math.abs((ask({ points: upwards })?.percent_per_hour ?? 0) - rate)).toBeLessThan(0.5);
  });
});

describe("the window's start", () => {
  test("is its length before the reset, also when it was first seen later", () => {
    const late = until(
      rising(60, 6).map((value) => value + 60),
      noon + HOUR,
    );
    expect(ask({ resetMs: noon + HOUR, utilization: 66, points: late })?.pace).toBe(66 - 80);
  });

  test("is the reset that was seen, when the reset time stayed the old one", () => {
    const resetMs = noon + 2 * DAY;
    const before: HistoryPoint[] = [
      [noon - 2 * DAY, 80, resetMs],
      [noon - 2 * DAY + 10 * MINUTE, 81, resetMs],
    ];
    const after: HistoryPoint[] = Array.from({ length: 192 }, (_, index) => [
      noon - (192 - index) * 15 * MINUTE + 20 * MINUTE,
      Math.floor(index / 8),
      resetMs,
    ]);
    const points = [...before, ...after.filter(([atMs]) => atMs < noon)];
    expect(askWeek({ resetMs, utilization: 24, points })?.pace).toBeCloseTo(24 - 50, 0);
  });

  test("is not after it was seen counting", () => {
    const resetMs = noon + 4 * HOUR;
    const counting = until(
      rising(80, 12).map((value) => value + 10),
      resetMs,
    );
    expect(ask({ resetMs, utilization: 26, points: counting })?.pace).toBeCloseTo(26 - (100 * 80) / 320, 5);
  });

  test("is not known of a window whose length is not known: then there is no pace", () => {
    expect(askWeek({ id: "monthly_all" })).toMatchObject({ pace: null });
  });
});

describe("nothing is said", () => {
  const resetMs = noon + 3 * HOUR;
  test.each([
    { name: "of an unknown value", more: { utilization: null } },
    { name: "of a window that has not started", more: { utilization: 0, resetMs: null } },
    { name: "when the reset has passed", more: { resetMs: noon } },
    { name: "when the reset is further off than the window is long", more: { resetMs: noon + 6 * HOUR } },
    { name: "when it is full already", more: { utilization: 100 } },
    { name: "without history", more: { points: [] } },
    {
      name: "in the first twenty minutes of a window",
      more: {
        resetMs: noon + 281 * MINUTE,
        utilization: 5,
        points: until([...rising(40, 0), ...rising(18, 18)], noon + 281 * MINUTE),
      },
    },
    { name: "in the first twenty minutes of looking", more: { points: until([40, 44, 48], resetMs) } },
    {
      name: "after a gap, until twenty minutes were watched again",
      more: {
        points: until(rising(120, 24), resetMs).filter(([atMs]) => atMs < noon - HOUR || atMs > noon - 15 * MINUTE),
      },
    },
    {
      name: "of a 5-hour window that spent nothing in the last hour",
      more: { points: until([...rising(50, 58), ...rising(65, 0).map(() => 48)], resetMs) },
    },
    { name: "of a week, before ten days are known", more: { id: "seven_day" } },
  ])("$name", ({ more }) => {
    expect(ask(more)).toBeNull();
  });
});

test(
  "whatever the points are: finite numbers, full only between now and the reset, and never less at the reset than now",
  () => {
    const moment = fc.oneof(fc.integer({ min: noon - 40 * DAY, max: noon + DAY }), fc.maxSafeInteger());
    const percent = fc.oneof(fc.double({ min: 0, max: 120, noNaN: true }), fc.integer({ min: 0, max: 1000 }));
    const point: fc.Arbitrary<HistoryPoint> = fc.tuple(moment, fc.option(percent), fc.option(moment));
    const steady = fc
      .tuple(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 40 }), fc.integer({ min: 1, max: 25 }))
      .map(([rises, everyMinutes]) =>
        rises.map(
          (_, index): HistoryPoint => [
            noon - (rises.length - index) * everyMinutes * MINUTE,
            rises.slice(0, index).reduce((sum, rise) => sum + rise, 0),
            null,
          ],
        ),
      );
    let said = 0;
    fc.assert(
      fc.property(
        fc.record({
          id: fc.constantFrom("five_hour", "seven_day", "scoped:opus", "monthly_all", "pool:x"),
          utilization: fc.option(percent),
          resetMs: fc.option(fc.oneof(fc.integer({ min: noon - HOUR, max: noon + 8 * DAY }), moment)),
          nowMs: fc.constant(noon),
          points: fc.oneof(fc.array(point, { maxLength: 60 }), steady, steady),
          gapMs: fc.constant(GAP),
          profile: fc.constantFrom(undefined, flat, []),
        }),
        (question) => {
          const forecast = toForecast(question);
          const { utilization, resetMs, id } = question;
          if (utilization === null || resetMs === null || resetMs <= noon || utilization >= 100) {
            expect(forecast).toBeNull();
          }
          if (!forecast) return;
          said += 1;
          expect(forecastSchema.parse(JSON.parse(JSON.stringify(forecast)))).toEqual(forecast);
          expect(forecast.percent_per_hour).toBeGreaterThanOrEqual(0);
          expect(forecast.percent_at_reset).toBeGreaterThanOrEqual(utilization ?? 0);
          expect(forecast.pace === null).toBe(id === "monthly_all" || id === "pool:x");
          if (forecast.exhausted_at === null) return;
          expect(Date.parse(forecast.exhausted_at)).toBeGreaterThan(noon);
          expect(Date.parse(forecast.exhausted_at)).toBeLessThan(resetMs ?? 0);
          expect(forecast.percent_at_reset).toBeGreaterThanOrEqual(100);
        },
      ),
      toRuns(4_000),
    );
    expect(said).toBeGreaterThan(100);
  },
  PROPERTY_TIMEOUT_MS,
);
