// What jobs are learned to cost, and what is expected of the next one.
import { describe, expect, it } from "vitest";
import {
  extendInterval,
  type Interval,
  type OpenInterval,
} from "../../../../../bridge/daemon/leases/costs/intervals.ts";
import { type Job, learnCosts, noCosts } from "../../../../../bridge/daemon/leases/costs/learn-costs.ts";
import { toExpected } from "../../../../../bridge/daemon/leases/costs/to-expected.ts";
import { createLevel, createRunning, HOUR_MS, MINUTE_MS, NOON_MS } from "../lease-examples.ts";

const hour = (index: number, points: number, seconds: Record<string, number>): Interval => {
  const fromMs = NOON_MS + index * HOUR_MS;
  return { window: "five_hour", fromMs, toMs: fromMs + HOUR_MS, points, seconds };
};
const job = (name: string, minutes: number): Job => {
  return { class: name, startedMs: NOON_MS, endedMs: NOON_MS + minutes * MINUTE_MS };
};
const jobs = (name: string, count: number, minutes = 30) => Array.from({ length: count }, () => job(name, minutes));

describe("costs", () => {
  it("come apart of classes that run together, and of chats", () => {
    const intervals = Array.from({ length: 60 }, (_value, index) => {
      const a = (index % 3) * 1200;
      const b = (index % 4) * 900;
      return hour(index, (a / 3600) * 10 + (b / 3600) * 2 + 3, { a, b });
    });
    const { classes, background } = learnCosts(intervals, [], NOON_MS + 60 * HOUR_MS);
    expect(classes["a"]?.rates["five_hour"]?.pointsPerHour).toBeCloseTo(10, 0);
    expect(classes["b"]?.rates["five_hour"]?.pointsPerHour).toBeCloseTo(2, 0);
    for (const rate of background["five_hour"] ?? []) expect(rate.pointsPerHour).toBeCloseTo(3, 0);
  });

  it("know that people chat by day", () => {
    const intervals = Array.from({ length: 96 }, (_value, index) => {
      const isDay = new Date(NOON_MS + index * HOUR_MS).getUTCHours() >= 12;
      return hour(index, isDay ? 8 : 2, { a: 1800 });
    });
    const { background } = learnCosts(intervals, [], NOON_MS + 96 * HOUR_MS);
    const [night = 0, morning = 0, noon = 0, evening = 0] = (background["five_hour"] ?? []).map(
      (rate) => rate.pointsPerHour,
    );
    expect(noon - night).toBeCloseTo(6, 0);
    expect(evening - morning).toBeCloseTo(6, 0);
  });

  it("are shared evenly among classes that nobody can tell apart", () => {
    const intervals = Array.from({ length: 20 }, (_value, index) => hour(index, 8, { a: 3600, b: 3600 }));
    const { classes } = learnCosts(intervals, [], NOON_MS);
    const [a = 0, b = 0] = ["a", "b"].map((name) => classes[name]?.rates["five_hour"]?.pointsPerHour);
    expect(a).toBeCloseTo(b, 5);
    expect(a).toBeGreaterThan(2);
  });

  it("follow what jobs cost lately", () => {
    const old = Array.from({ length: 30 }, (_value, index) => hour(index, 10, { a: 3600 }));
    const late = Array.from({ length: 30 }, (_value, index) => hour(index + 24 * 70, 2, { a: 3600 }));
    const { classes } = learnCosts([...old, ...late], [], NOON_MS + 24 * 72 * HOUR_MS);
    expect(classes["a"]?.rates["five_hour"]?.pointsPerHour).toBeLessThan(3);
  });

  it("are silent below three jobs, and then a class costs what others do", () => {
    const intervals = Array.from({ length: 40 }, (_value, index) => hour(index, 6, { a: 3600 }));
    const two = learnCosts(intervals, jobs("a", 2), NOON_MS);
    const three = learnCosts(intervals, jobs("a", 3), NOON_MS);
    const windows = ["five_hour"];
    expect(toExpected({ class: "a", given: {}, windows }, two).source).toBe("guess");
    const learned = toExpected({ class: "a", given: {}, windows }, three);
    expect(learned.source).toBe("learned");
    expect(learned.expected["five_hour"]?.points).toBeCloseTo(3, 0);
    expect(toExpected({ class: "b", given: {}, windows }, three)).toMatchObject({
      source: "guess",
      expectedMs: 30 * MINUTE_MS,
    });
    expect(toExpected({ class: "b", given: {}, windows }, three).expected["five_hour"]?.points).toBeCloseTo(3, 0);
  });

  it("are what the user says, window by window", () => {
    const { expected, source } = toExpected(
      { class: "a", given: { five_hour: 4 }, windows: ["five_hour", "seven_day"] },
      noCosts,
    );
    expect(source).toBe("given");
    expect(expected["five_hour"]?.points).toBe(4);
    expect(expected["seven_day"]?.points).toBe(0.3);
  });
});

describe("a stretch", () => {
  const leases = [createRunning("x", { class: "a", startedMs: NOON_MS + 30_000 })];
  const step = (
    open: OpenInterval | undefined,
    percents: [number, number],
    change: { minutes?: number; resetsMs?: number } = {},
  ) => {
    const { minutes = 1, ...level } = change;
    const before = createLevel(percents[0]);
    const after = createLevel(percents[1], { observedMs: NOON_MS + minutes * MINUTE_MS, ...level });
    return extendInterval(open, { window: "five_hour", before, after, leases });
  };

  it("goes on while the window does not move, and ends with the next point after ten minutes", () => {
    const { open, ended } = step(undefined, [50, 50]);
    expect(ended).toBeUndefined();
    expect(open?.seconds).toEqual({ a: 30 });
    expect(step(open, [50, 52]).ended).toBeUndefined();
    expect(step(open, [50, 52], { minutes: 12 }).ended).toMatchObject({ points: 2 });
  });

  it("ends with a reset, whose points are the next period's", () => {
    const { open } = step(undefined, [50, 50]);
    expect(step(open, [50, 3], { resetsMs: NOON_MS + 7 * HOUR_MS })).toMatchObject({
      open: undefined,
      ended: { points: 0 },
    });
  });

  it("does not reach over a time without readings, nor over a full window", () => {
    expect(step(undefined, [50, 60], { minutes: 30 })).toEqual({ open: undefined, ended: undefined });
    expect(step(undefined, [100, 100])).toEqual({ open: undefined, ended: undefined });
  });
});
