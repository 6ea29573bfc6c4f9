// The one line for the operator.
import { expect, test } from "vitest";
import type { Limit } from "../../../../bridge/cli/limit/limit.ts";
import { formatLimit } from "../../../../bridge/cli/limit/limit-words.ts";

const NOW_MS = Date.UTC(2026, 10, 18, 22, 49);
const weekly: Limit = {
  class: "plan",
  window: "seven_day",
  name: "weekly",
  resetsAtMs: null,
  resetText: null,
  text: null,
  needsPerson: false,
  seenAtMs: NOW_MS,
};
const inTwoHours = NOW_MS + (2 * 60 + 11) * 60_000;

test.each<[Partial<Limit>, number | undefined, string]>([
  [{}, inTwoHours, "Claude weekly limit reached, resets Thu 01:00 (in 2 h 11 min)"],
  [{ name: "5-hour" }, NOW_MS + 60_000, "Claude 5-hour limit reached, resets 22:50 (in 1 min)"],
  [{ name: "5-hour" }, NOW_MS - 1, "Claude 5-hour limit reached, resets 22:48 (due)"],
  [{}, NOW_MS + 20 * 86_400_000, "Claude weekly limit reached, resets 8 Dec 22:49 (in 20 d)"],
  [{}, undefined, "Claude weekly limit reached, reset time unknown"],
  [{ resetText: "at dawn" }, undefined, 'Claude weekly limit reached, reset time not recognised: "at dawn"'],
  [
    { class: "credits", text: "Your org is out of usage · contact your admin" },
    undefined,
    'claude-meter: waiting will not help, someone has to act: "Your org is out of usage · contact your admin"',
  ],
  [
    { class: "credits" },
    undefined,
    "claude-meter: waiting will not help, someone has to act: usage credits are required",
  ],
  [
    { class: "credits", name: "extra usage", resetText: "1am" },
    inTwoHours,
    "Claude extra usage limit reached, resets Thu 01:00 (in 2 h 11 min)",
  ],
  [{ name: "x\u001b[2J" }, undefined, "Claude x\u{FFFD}[2J limit reached, reset time unknown"],
])("%j at %s", (parts, resetMs, line) => {
  expect(formatLimit({ ...weekly, ...parts }, { resetMs, nowMs: NOW_MS, timeZone: "UTC" })).toBe(line);
});
