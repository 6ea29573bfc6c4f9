// Which alarm is taken for the minute.
import { expect, test } from "vitest";
import { isBelieved } from "../../extension/alarm.ts";

const NOON = Date.UTC(2026, 10, 20, 12);
const SECOND = 1_000;

test.each([
  { name: "none", aheadMs: undefined, isBelieved: false },
  { name: "one that comes within the minute", aheadMs: 59 * SECOND, isBelieved: true },
  { name: "one that is due", aheadMs: -SECOND, isBelieved: true },
  { name: "one that lies two periods ahead", aheadMs: 120 * SECOND, isBelieved: true },
  { name: "one further ahead than that", aheadMs: 120 * SECOND + 1, isBelieved: false },
  { name: "one that a clock has set that was two hours ahead", aheadMs: 7_192 * SECOND, isBelieved: false },
])("$name: $isBelieved", ({ aheadMs, isBelieved: expected }) => {
  const alarm = aheadMs === undefined ? undefined : { scheduledTime: NOON + aheadMs };
  expect(isBelieved(alarm, NOON)).toBe(expected);
});
