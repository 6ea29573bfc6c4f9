// Whether a wake of the worker may ask claude.ai. Pure.
import { toMaxBackoffMs } from "./backoff.ts";
import { decidePauseMs } from "./cadence.ts";
import { isHeldBack } from "./leads.ts";
import type { MeterState } from "./meter-state.ts";
import { isWaiting } from "./wait.ts";

/**
 * alarm: the minute. catch-up: browser start or popup opened. refresh: the user asked. asked: the bridge did, for
 * somebody in a terminal. sign-in: a page is open in which the user may be signing in.
 */
export type Trigger = "alarm" | "catch-up" | "refresh" | "asked" | "sign-in";

/** A catch-up polls only when an alarm must have been missed. */
const MISSED_MS = 90_000;
/** A sign-in shall be noticed within ten seconds, by pages that ask each five. */
const SIGN_IN_MS = 4_500;
/** An alarm comes a little early or late. */
const ALARM_TOLERANCE_MS = 30_000;

export function decidePoll(state: MeterState, trigger: Trigger, nowMs: number): "poll" | "wait" {
  const { poll } = state;
  const isBackingOff = isLeftAlone(poll, nowMs);
  const isPolledWithin = (ms: number) => poll.at !== null && Math.abs(nowMs - Date.parse(poll.at)) < ms;
  switch (trigger) {
    case "alarm":
      if (isHeldBack(state, nowMs)) return "wait";
      return isBackingOff || isPolledWithin(decidePauseMs(state, nowMs) - ALARM_TOLERANCE_MS) ? "wait" : "poll";
    case "catch-up":
      if (isHeldBack(state, nowMs)) return "wait";
      return isBackingOff || isPolledWithin(Math.max(MISSED_MS, decidePauseMs(state, nowMs))) ? "wait" : "poll";
    case "refresh":
    case "asked":
      // The user can have passed a challenge or signed in; only the server's own request to wait is kept.
      return isBackingOff && poll.state === "rate-limited" ? "wait" : "poll";
    case "sign-in":
      return poll.state === "signed-out" && !isPolledWithin(SIGN_IN_MS) ? "poll" : "wait";
  }
}

function isLeftAlone({ state, at, retry_at, unfinished }: MeterState["poll"], nowMs: number): boolean {
  if (retry_at === null || state === "ok") return false;
  const untilMs = Date.parse(retry_at);
  const maxMs = toMaxBackoffMs(unfinished === undefined ? state : "unfinished");
  return isWaiting({ fromMs: at === null ? untilMs - maxMs : Date.parse(at), untilMs }, maxMs, nowMs);
}
