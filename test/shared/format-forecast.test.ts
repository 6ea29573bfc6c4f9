// A forecast in words.
import { expect, test } from "vitest";
import type { Forecast } from "../../shared/forecast.ts";
import { formatForecast } from "../../shared/format-forecast.ts";

const nowMs = Date.parse("2026-11-20T10:00:00.000Z");
const steady: Forecast = { percent_per_hour: 5, percent_at_reset: 61.6, exhausted_at: null, pace: -3 };

test.each([
  ["no forecast says nothing", null, ""],
  ["one that lasts says where it ends", steady, "about 62 % at reset"],
  ["one without a known end says nothing", { ...steady, percent_at_reset: null }, ""],
])("%s", (_name, forecast, words) => {
  expect(formatForecast(forecast, nowMs)).toBe(words);
});

test("one that does not last says when it is full", () => {
  const full = { ...steady, exhausted_at: new Date(nowMs + 3_600_000).toISOString() };
  expect(formatForecast(full, nowMs)).toMatch(/^full around \d\d:\d\d$/);
});
