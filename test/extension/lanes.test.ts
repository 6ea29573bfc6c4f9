// How long each part rests after an answer or a failure, and which rests are believed.
import { describe, expect, test } from "vitest";
import { isOpen, keepServersPauses, type Part, toLane, toLaneName } from "../../extension/lanes.ts";
import { MeterError, type MeterErrorCode } from "../../shared/claude-ai/meter-error.ts";

const NOON = Date.UTC(2026, 10, 20, 12);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Minutes until the part is asked again, with the alarm that comes each minute. */
function toRest(part: Part, codes: readonly MeterErrorCode[], random = 0): number {
  let lane: ReturnType<typeof toLane> | undefined;
  const errors = codes.length > 0 ? codes.map((code) => new MeterError(code)) : [undefined];
  for (const error of errors) lane = toLane({ part, before: lane, error }, NOON, random);
  const lanes = lane ? { name: lane } : {};
  let minutes = 1;
  while (!isOpen(lanes, "name", NOON + minutes * MINUTE)) minutes += 1;
  return minutes;
}

describe("a part rests", () => {
  test.each<[Part, readonly MeterErrorCode[], number]>([
    ["account", [], 1],
    ["usage", [], 1],
    ["overage", [], 5],
    ["subscription", [], 15],
    ["usage", ["no-plan"], 360],
    ["overage", ["not-available"], 60],
    ["subscription", ["not-available"], 60],
    ["usage", ["server-error"], 1],
    ["usage", ["server-error", "server-error"], 2],
    ["usage", ["server-error", "server-error", "server-error"], 5],
    ["overage", ["challenge"], 5],
    ["overage", ["challenge", "challenge"], 10],
    ["overage", ["challenge", "rate-limited"], 15],
    ["overage", ["rate-limited", "rate-limited"], 30],
    ["account", ["offline"], 1],
  ])("%s after %j: %i min", (part, codes, minutes) => {
    expect(toRest(part, codes)).toBe(minutes);
  });

  test("longer by chance, so that browsers do not come back together", () => {
    expect(toRest("overage", ["rate-limited"], 1)).toBe(18);
  });

  test("as long as the server asks", () => {
    const error = new MeterError("rate-limited", { retryAfterMs: 2 * HOUR });
    const lane = toLane({ part: "overage", before: undefined, error }, NOON, 0);
    expect(lane.until).toBe(NOON + 2 * HOUR);
  });
});

describe("a rest is not believed", () => {
  const lane = { from: NOON, until: NOON + HOUR, failures: 1, code: "not-available" } as const;
  test.each([
    ["while it lasts", lane, NOON + MINUTE, false],
    ["when the clock is set right by seconds", lane, NOON - 30 * SECOND, false],
    ["when it is over", lane, NOON + HOUR, true],
    ["when a clock noted it that was two hours ahead", lane, NOON - 2 * HOUR, true],
    ["when it is longer than any", { ...lane, until: NOON + 8 * HOUR }, NOON + MINUTE, true],
    ["when it is the longest there is", { ...lane, until: NOON + 7 * HOUR }, NOON + MINUTE, false],
  ])("%s", (_name, noted, nowMs, open) => {
    expect(isOpen({ name: noted }, "name", nowMs)).toBe(open);
  });
});

test("each account and each organisation has lanes of its own", () => {
  const names = [
    toLaneName("usage", "a", "1"),
    toLaneName("usage", "b", "1"),
    toLaneName("usage", "a", "2"),
    toLaneName("overage", "a", "1"),
  ];
  expect(new Set(names).size).toBe(names.length);
});

test("who presses Refresh ends every rest but the one a server asked for", () => {
  const rest = (code: MeterErrorCode | null) => ({ from: NOON, until: NOON + HOUR, failures: 1, code });
  const lanes = { a: rest(null), b: rest("rate-limited"), c: rest("no-plan"), d: rest("challenge") };
  expect(Object.keys(keepServersPauses(lanes))).toEqual(["b"]);
});
