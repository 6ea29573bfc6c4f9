// When the native messaging host is asked: each question starts a process.
import { expect, test } from "vitest";
import type { Trigger } from "../../extension/decide-poll.ts";
import { decideNative } from "../../extension/deliver.ts";
import { initialLink, type Link } from "../../extension/link.ts";
import type { PollReport } from "../../shared/protocol.ts";
import { toIso } from "../../shared/time.ts";

const NOON = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const asked = (minutesAgo: number): Link => ({
  ...initialLink,
  native_at: toIso(NOON - minutesAgo * MINUTE),
  native_poll: "ok",
});

test.each<[string, Link, Trigger, PollReport["state"], boolean]>([
  ["the first time", initialLink, "alarm", "ok", true],
  ["a minute after the last", asked(1), "alarm", "ok", false],
  ["nine minutes after the last", asked(9), "alarm", "ok", false],
  ["ten minutes after the last", asked(10), "alarm", "ok", true],
  ["by a clock that was set back", asked(-60), "alarm", "ok", true],
  ["when somebody presses Refresh", asked(1), "refresh", "ok", true],
  ["when the popup is opened", asked(1), "catch-up", "ok", true],
  ["at each step of a sign-in", asked(1), "sign-in", "signed-out", false],
  ["when the bridge was there a minute ago", { ...asked(1), state: "connected" }, "alarm", "ok", true],
  ["when site access is gone", asked(1), "alarm", "no-access", true],
])("%s", (_name, before, trigger, state, expected) => {
  expect(decideNative(before, trigger, { state, at: toIso(NOON), retry_at: null }, NOON)).toBe(expected);
});
