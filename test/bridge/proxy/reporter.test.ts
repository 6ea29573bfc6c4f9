// What reaches the bridge: the newest, in batches, also after the bridge was away.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createReporter } from "../../../bridge/proxy/reporter.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const reading = (at: string, utilization: number) => ({
  reading: {
    source: "proxy" as const,
    account_uuid: "a",
    org_uuid: "o",
    account_email: null,
    observed_at: at,
    windows: { five_hour: { utilization, resets_at: null } },
  },
});

test("of many answers in a moment the newest is told once, within a second", async () => {
  const told: unknown[] = [];
  const reporter = createReporter(async (_method, path, body) => {
    told.push([path, body]);
    return {};
  });
  reporter.take(reading("2026-11-27T12:00:02.000Z", 2));
  reporter.take(reading("2026-11-27T12:00:01.000Z", 1));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([["/readings", { readings: [reading("2026-11-27T12:00:02.000Z", 2).reading] }]]);
});

test("what no bridge took is told when there is one again", async () => {
  let isRunning = false;
  const told: unknown[] = [];
  const reporter = createReporter(async (_method, path) => {
    if (!isRunning) return undefined;
    told.push(path);
    return {};
  });
  reporter.take(reading("2026-11-27T12:00:01.000Z", 1));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told).toEqual([]);
  isRunning = true;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told).toEqual(["/readings"]);
});

test("what a bridge refuses is not sent again", async () => {
  let count = 0;
  const reporter = createReporter(async () => {
    count += 1;
    throw new Error("the bridge responded with 404");
  });
  reporter.take(reading("2026-11-27T12:00:01.000Z", 1));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(count).toBe(1);
});

test("what is left is told at the end", async () => {
  const told: unknown[] = [];
  const reporter = createReporter(async (_method, path) => told.push(path));
  reporter.take(reading("2026-11-27T12:00:01.000Z", 1));
  await reporter.close();
  expect(told).toEqual(["/readings"]);
});
