// What the hours of a week usually cost: learnt from weeks, not from days, and never over what nobody saw.
import { expect, test } from "vitest";
import { toUsualRate, toWeeklyProfile } from "../../../../bridge/daemon/forecast/weekly-profile.ts";
import type { HistoryPoint } from "../../../../shared/history.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const GAP = HOUR / 3;
/** A Monday, 00:00 UTC. */
const MONDAY = Date.UTC(2026, 9, 5);

/** Weeks of a person who spends two points an hour on weekdays from 9 to 17, as seen each quarter of an hour. */
function work(weeks: number, isSeen: (hourOfDay: number) => boolean = () => true): HistoryPoint[] {
  const points: HistoryPoint[] = [];
  let used = 0;
  for (let atMs = MONDAY; atMs < MONDAY + weeks * WEEK; atMs += HOUR / 4) {
    if ((atMs - MONDAY) % WEEK === 0) used = 0;
    const hour = ((atMs - MONDAY) % DAY) / HOUR;
    const isWeekday = (atMs - MONDAY) % WEEK < 5 * DAY;
    if (isSeen(hour)) points.push([atMs, used, atMs - ((atMs - MONDAY) % WEEK) + WEEK]);
    if (isWeekday && hour >= 9 && hour < 17) used += 0.5;
  }
  return points;
}

test("hours of work cost what they cost, and those of rest next to nothing", () => {
  const profile = toWeeklyProfile(work(4), GAP) ?? [];
  expect(toUsualRate(profile, MONDAY + WEEK * 5 + 12 * HOUR)).toBeCloseTo(2, 0);
  expect(toUsualRate(profile, MONDAY + WEEK * 5 + 3 * HOUR)).toBeLessThan(0.15);
  expect(toUsualRate(profile, MONDAY + WEEK * 5 + 5 * DAY + 12 * HOUR)).toBeLessThan(0.15);
});

test("less than ten days are no habit", () => {
  expect(toWeeklyProfile([], GAP)).toBeUndefined();
  expect(toWeeklyProfile(work(1), GAP)).toBeUndefined();
  expect(toWeeklyProfile(work(2), GAP)).toBeDefined();
});

test("what was spent in a gap is spread over it", () => {
  const profile =
    toWeeklyProfile(
      work(4, (hour) => hour < 11 || hour >= 15),
      GAP,
    ) ?? [];
  expect(toUsualRate(profile, MONDAY + 12 * HOUR)).toBeCloseTo(2, 0);
});

test("nights without a browser are known to have been rest, when nothing was spent in them", () => {
  const profile =
    toWeeklyProfile(
      work(4, (hour) => hour >= 8 && hour < 20),
      GAP,
    ) ?? [];
  expect(toUsualRate(profile, MONDAY + DAY + 3 * HOUR)).toBeLessThan(0.15);
});

test("hours at a full window say nothing about the habit", () => {
  const full = work(8).map(([atMs, used, resetMs]): HistoryPoint => [atMs, Math.min(100, 4 * (used ?? 0)), resetMs]);
  const profile = toWeeklyProfile(full, GAP) ?? [];
  expect(toUsualRate(profile, MONDAY + 12 * HOUR)).toBeCloseTo(8, 0);
  // Nothing was ever seen of Friday noon, so it is an hour like the average one.
  expect(toUsualRate(profile, MONDAY + 4 * DAY + 12 * HOUR)).toBeGreaterThan(1);
});
