// Whether a wake of the worker may ask claude.ai. Pure.
import type { MeterState } from "./meter-state.ts";

/** alarm: the minute. catch-up: browser start or popup opened. refresh: the user asked. */
export type Trigger = "alarm" | "catch-up" | "refresh";

/** A catch-up polls only when an alarm must have been missed. */
const MISSED_MS = 90_000;

export function decidePoll({ poll }: MeterState, trigger: Trigger, nowMs: number): "poll" | "wait" {
  const isBackingOff = poll.retry_at !== null && nowMs < Date.parse(poll.retry_at);
  switch (trigger) {
    case "alarm":
      return isBackingOff ? "wait" : "poll";
    case "catch-up":
      return isBackingOff || (poll.at !== null && Math.abs(nowMs - Date.parse(poll.at)) < MISSED_MS) ? "wait" : "poll";
    case "refresh":
      // The user can have passed a challenge or signed in; only the server's own request to wait is kept.
      return isBackingOff && poll.state === "rate-limited" ? "wait" : "poll";
  }
}
