// Fewer points of the same shape: of each stretch of time the lowest and the highest that were really seen, and the newest of
// all, which is what a chart says of now. Pure.
import type { HistoryPoint } from "../../../shared/history.ts";

/** At most about `maxPoints` of ascending points; all of them when there are no more. */
export function downsample(
  points: readonly HistoryPoint[],
  { sinceMs, untilMs, maxPoints }: { sinceMs: number; untilMs: number; maxPoints: number },
): HistoryPoint[] {
  if (points.length <= maxPoints) return [...points];
  const stretchMs = (untilMs - sinceMs) / (maxPoints / 2);
  const kept: HistoryPoint[] = [];
  let stretch = -1;
  let lowest: HistoryPoint | undefined;
  let highest: HistoryPoint | undefined;
  const flush = () => {
    if (lowest && highest) kept.push(...toAscending(lowest, highest));
  };
  for (const point of points) {
    const own = Math.floor((point[0] - sinceMs) / stretchMs);
    if (own !== stretch) {
      flush();
      stretch = own;
      lowest = point;
      highest = point;
      continue;
    }
    if (toHeight(point) < toHeight(lowest)) lowest = point;
    if (toHeight(point) >= toHeight(highest)) highest = point;
  }
  flush();
  const newest = points.at(-1);
  if (newest && kept.at(-1) !== newest) kept.push(newest);
  return kept;
}

/** An unknown value lies below every other, so it is never lost among them. */
function toHeight(point: HistoryPoint | undefined): number {
  return point?.[1] ?? -1;
}

function toAscending(a: HistoryPoint, b: HistoryPoint): HistoryPoint[] {
  if (a === b) return [a];
  return a[0] < b[0] ? [a, b] : [b, a];
}
