// Forecasts in the bridge: made of history, made seldom, and never in the way.
import { expect, test } from "vitest";
import { createForecasts } from "../../../../bridge/daemon/forecast/forecasts.ts";
import type { StoredSeries, StoreQuestion } from "../../../../bridge/daemon/history/store.ts";
import type { HistoryPoint } from "../../../../shared/history.ts";
import { toIso } from "../../../../shared/time.ts";
import { createUsageWindow } from "../../../shared/wire-examples.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const noon = Date.UTC(2026, 10, 20, 12);
const keys = new Set(["known", "before"]);

/** A quarter of a percent a minute since two hours. */
const session = Array.from(
  { length: 120 },
  (_, index): HistoryPoint => [noon - (120 - index) * MINUTE, Math.floor(index / 4), noon + 3 * HOUR],
);
/** Four weeks, each of them a point each two hours. */
const weeks = Array.from({ length: 28 * 96 }, (_, index): HistoryPoint => {
  const atMs = noon - 26 * DAY + index * 15 * MINUTE;
  const week = Math.floor(index / (7 * 96));
  return [atMs, Math.floor((index % (7 * 96)) / 8), noon - 26 * DAY + (week + 1) * 7 * DAY];
});

function createHistory(series: Partial<Record<string, readonly HistoryPoint[]>>) {
  const asked: StoreQuestion[] = [];
  const read = (question: StoreQuestion): StoredSeries[] => {
    asked.push(question);
    const { window = "", sinceMs, untilMs } = question;
    const points = (series[window] ?? []).filter(([atMs]) => atMs >= sinceMs && atMs < untilMs);
    // What was seen before the account was known, and after.
    return ["known", "before"].map((rowKey, index) => ({
      rowKey,
      source: "extension",
      window,
      label: "",
      points: points.filter((_, at) => at % 2 === index),
    }));
  };
  return { asked, history: { read } };
}

const fiveHour = (utilization: number) =>
  createUsageWindow({ id: "five_hour", utilization, resets_at: toIso(noon + 3 * HOUR) });
const sevenDay = (utilization: number) =>
  createUsageWindow({ id: "seven_day", utilization, resets_at: toIso(noon + 2 * DAY) });
const silent = () => undefined;

test("a window is forecast from all that its row was seen as", () => {
  const { history, asked } = createHistory({ five_hour: session });
  const forecast = createForecasts({ history, log: silent })(keys, fiveHour(30), noon);
  expect(forecast?.percent_per_hour).toBeGreaterThan(12);
  expect(asked.every(({ rowKeys }) => rowKeys.join() === "known,before")).toBe(true);
});

test("what was made for a reading is kept for whoever asks again", () => {
  const { history, asked } = createHistory({ five_hour: session });
  const forecastWindow = createForecasts({ history, log: silent });
  const window = fiveHour(30);
  const first = forecastWindow(keys, window, noon);
  const reads = asked.length;
  expect(forecastWindow(keys, window, noon)).toBe(first);
  expect(asked).toHaveLength(reads);
  expect(forecastWindow(keys, fiveHour(31), noon + MINUTE)).not.toEqual(first);
});

test("a week that says the same is read again after a quarter of an hour, its habits after a day", () => {
  const { history, asked } = createHistory({ seven_day: weeks });
  const forecastWindow = createForecasts({ history, log: silent });
  expect(forecastWindow(keys, sevenDay(60), noon)).not.toBeNull();
  expect(asked).toHaveLength(2);
  forecastWindow(keys, sevenDay(60), noon + 14 * MINUTE);
  expect(asked).toHaveLength(2);
  forecastWindow(keys, sevenDay(60), noon + 15 * MINUTE);
  expect(asked).toHaveLength(3);
  forecastWindow(keys, sevenDay(61), noon + 16 * MINUTE);
  expect(asked).toHaveLength(4);
  forecastWindow(keys, sevenDay(61), noon + DAY + 16 * MINUTE);
  expect(asked).toHaveLength(6);
});

test("a window that says nothing asks nothing", () => {
  const { history, asked } = createHistory({});
  const forecastWindow = createForecasts({ history, log: silent });
  expect(forecastWindow(keys, createUsageWindow({ utilization: null }), noon)).toBeNull();
  expect(forecastWindow(keys, createUsageWindow({ utilization: 0, resets_at: null }), noon)).toBeNull();
  expect(asked).toEqual([]);
});

test("a forecast that fails is none, and is told once", () => {
  const told: string[] = [];
  const history = {
    read: () => {
      throw new TypeError("user@example.com");
    },
  };
  const forecastWindow = createForecasts({ history, log: (event) => told.push(event) });
  expect(forecastWindow(keys, fiveHour(30), noon)).toBeNull();
  expect(forecastWindow(keys, fiveHour(31), noon + MINUTE)).toBeNull();
  expect(told).toEqual(["forecast failed: TypeError"]);
});
