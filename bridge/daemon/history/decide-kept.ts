// Which observations become points: each change, and while nothing changes one each quarter of an hour, so that rest can
// be told from a gap. Pure.
import type { HistoryPoint } from "../../../shared/history.ts";
import { SAME_RESET_MS } from "../../../shared/resets.ts";

const HEARTBEAT_MS = 15 * 60_000;
/** Neighbours further apart than this have a gap between them: a heartbeat, and polls that came late. */
export const GAP_MS = HEARTBEAT_MS + 5 * 60_000;

/** `before` is the newest kept point that is not later than this one. */
export function decideKept(before: HistoryPoint | undefined, [at, utilization, resetsAt]: HistoryPoint): boolean {
  if (!before) return true;
  const [atBefore, utilizationBefore, resetsAtBefore] = before;
  // Two browsers that looked in the same moment: the higher value counts.
  if (at === atBefore) return (utilization ?? -1) > (utilizationBefore ?? -1);
  return utilization !== utilizationBefore || !isSameReset(resetsAtBefore, resetsAt) || at - atBefore >= HEARTBEAT_MS;
}

function isSameReset(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a - b) <= SAME_RESET_MS;
}
