// Where a window reset, found in what was seen of it. Pure. Neither the reset time nor the value tells it alone:
// reset times jitter, weekly windows were seen to reset and keep the old reset time, and values flicker.
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

/** The ascending points, parted at each reset. */
export function toPeriods(points: readonly HistoryPoint[]): HistoryPoint[][] {
  const starts = [0, ...toResetPoints(points).map(({ index }) => index)];
  return starts.map((start, position) => points.slice(start, starts[position + 1]));
}

/** By index, without iterators and destructuring: a year is a hundred thousand points. */
function toResetPoints(points: readonly HistoryPoint[]): { index: number; resetMs: number }[] {
  const resets: { index: number; resetMs: number }[] = [];
  let before: HistoryPoint | undefined;
  for (let index = 0; index < points.length; index += 1) {
    const point = points[index];
    if (!point || point[1] === null) continue;
    if (before && !isPlainRise(before, point)) {
      const resetMs = decideReset(before, point, () => findKnown(points, index + 1));
      if (resetMs !== undefined) resets.push({ index, resetMs });
    }
    before = point;
  }
  return resets;
}

function isPlainRise(before: HistoryPoint, next: HistoryPoint): boolean {
  return next[2] === before[2] && (next[1] ?? 0) >= (before[1] ?? 0);
}

function findKnown(points: readonly HistoryPoint[], from: number): HistoryPoint | undefined {
  for (let index = from; index < points.length; index += 1) if (points[index]?.[1] !== null) return points[index];
  return undefined;
}

/** Undefined while both are of one period. */
function decideReset(
  before: HistoryPoint,
  next: HistoryPoint,
  findAfter: () => HistoryPoint | undefined,
): number | undefined {
  const [, used, announced] = before;
  const [at, usedNext, announcedNext] = next;
  if (used === null || usedNext === null) return undefined;
  const isMoved = announcedNext === null || (announced !== null && announcedNext - announced > SAME_RESET_MS);
  if (announced !== null && isMoved) {
    if (announced <= at) return announced;
    if (usedNext >= used) return undefined;
    // A single idle or moved reading may be a slip: the one after it then has the old reset time again.
    const after = findAfter();
    if (!after) return announcedNext === null ? undefined : at;
    const isBack = after[2] !== null && Math.abs(after[2] - announced) <= SAME_RESET_MS;
    return isBack ? undefined : at;
  }
  const isFall = (value: number) => used - value >= LEAST_FALL_POINTS && value < used / 2;
  if (!isFall(usedNext)) return undefined;
  // A single low value may be a slip; the next one has to be low as well.
  const usedAfter = findAfter()?.[1] ?? used;
  return isFall(usedAfter) ? at : undefined;
}
