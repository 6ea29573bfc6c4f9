// The ladders: minutes between the questions of a claude.ai that goes on refusing.
import { describe, expect, test } from "vitest";
import { type FailureState, MAX_RETRY_AFTER_MS, toBackoffMs, toMaxBackoffMs } from "../../extension/backoff.ts";

const MINUTE = 60_000;

function toMinutes(state: FailureState, random: number): number[] {
  return [1, 2, 3, 4, 5, 6, 7, 8].map(
    (failures) => toBackoffMs({ state, failures, retryAfterMs: undefined }, random) / MINUTE,
  );
}

describe("the waits after the first to the eighth failure; 0 is the next alarm", () => {
  test.each<[FailureState, readonly number[]]>([
    ["signed-out", [0, 0, 0, 0, 0, 2, 5, 5]],
    ["challenge", [5, 10, 20, 40, 60, 60, 60, 60]],
    ["rate-limited", [15, 30, 60, 60, 60, 60, 60, 60]],
    ["no-access", [0, 0, 0, 0, 0, 0, 0, 0]],
    ["offline", [0, 0, 0, 2, 5, 5, 5, 5]],
    ["server-error", [0, 2, 5, 10, 15, 15, 15, 15]],
    ["changed", [0, 5, 15, 30, 60, 60, 60, 60]],
    ["unfinished", [0, 0, 2, 5, 10, 15, 15, 15]],
  ])("%s", (state, minutes) => {
    expect(toMinutes(state, 0)).toEqual(minutes);
    const most = toMinutes(state, 1);
    for (const [index, each] of minutes.entries()) expect(most[index]).toBeCloseTo(1.2 * each);
    expect(Math.max(...most) * MINUTE).toBeLessThanOrEqual(Math.max(toMaxBackoffMs(state), 0));
  });
});

test("never less than the server asks for", () => {
  const asked = { state: "rate-limited", failures: 1, retryAfterMs: 40 * MINUTE } as const;
  expect(toBackoffMs(asked, 0)).toBe(40 * MINUTE);
  expect(toBackoffMs({ ...asked, retryAfterMs: MINUTE }, 0)).toBe(15 * MINUTE);
  expect(toBackoffMs({ ...asked, retryAfterMs: MAX_RETRY_AFTER_MS }, 1)).toBeLessThanOrEqual(
    toMaxBackoffMs("rate-limited"),
  );
});
