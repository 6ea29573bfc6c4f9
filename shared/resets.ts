// Where a window started again, found in what was seen of it. Pure. Neither the reset time nor the value tells it alone:
// reset times jitter, weekly windows were seen to start again with the old reset time, and values flicker.
import type { HistoryPoint } from "./history.ts";

/** The server's reset times jitter by a second around the full minute. */
export const SAME_RESET_MS = 60_000;
/** With the old reset time, only a fall that no flicker of the last digits is. */
const LEAST_FALL_POINTS = 10;

/** The moments of the resets among ascending points: the announced one when it had passed, else when it was first seen. */
export function toResets(points: readonly HistoryPoint[]): number[] {
  return toResetPoints(points).map(({ resetMs }) => resetMs);
}

/** The ascending points from the last reset on. */
export function toCurrentPeriod(points: readonly HistoryPoint[]): HistoryPoint[] {
  return points.slice(toResetPoints(points).at(-1)?.index ?? 0);
}

function toResetPoints(points: readonly HistoryPoint[]): { index: number; resetMs: number }[] {
  const known = points.map((point, index) => ({ point, index })).filter(({ point }) => point[1] !== null);
  return known.flatMap(({ point, index }, position) => {
    const before = known[position - 1]?.point;
    const resetMs = before && decideReset(before, point, known[position + 1]?.point);
    return resetMs === undefined ? [] : [{ index, resetMs }];
  });
}

/** Undefined while both are of one period. */
function decideReset(
  before: HistoryPoint,
  next: HistoryPoint,
  afterNext: HistoryPoint | undefined,
): number | undefined {
  const [, used, announced] = before;
  const [at, usedNext, announcedNext] = next;
  if (used === null || usedNext === null) return undefined;
  const isMoved = announcedNext === null || (announced !== null && announcedNext - announced > SAME_RESET_MS);
  if (announced !== null && isMoved) {
    if (announced <= at) return announced;
    return usedNext < used ? at : undefined;
  }
  const isFall = (value: number) => used - value >= LEAST_FALL_POINTS && value < used / 2;
  // A single low value may be a slip; the next one has to be low as well.
  const isLasting = afterNext?.[1] !== undefined && afterNext[1] !== null && isFall(afterNext[1]);
  return isFall(usedNext) && isLasting ? at : undefined;
}
