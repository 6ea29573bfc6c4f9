// How often this browser looks by itself. Pure.
import { isStandBy } from "./leads.ts";
import type { MeterState } from "./meter-state.ts";

/** Whether it is still signed in, and to what: what other browsers read is not asked. */
const STAND_BY_MS = 10 * 60_000;

/** How long to pause after a look; 0: none, each alarm looks. */
export function decidePauseMs(state: MeterState, nowMs: number): number {
  return state.poll.state === "ok" && isStandBy(state, nowMs) ? STAND_BY_MS : 0;
}
