// When which value held, from what was seen: a value holds until the next one, and not over a gap or a reset. Pure.
import type { Series } from "../shared/history.ts";

/** A value and how long it held; as long as nothing when it was seen once and nobody looked again. */
export type Held = { fromMs: number; toMs: number; percent: number };
/** Without a break: each value holds until the next one begins. */
export type Run = Held[];

export type Looked = {
  /** Between points further apart nobody looked. */
  gapMs: number;
  /** The newest value holds until then, if somebody has looked lately. */
  untilMs: number;
};

export function toRuns({ points, resets }: Pick<Series, "points" | "resets">, { gapMs, untilMs }: Looked): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  let reset = 0;
  points.forEach(([at, percent], index) => {
    const next = points[index + 1]?.[0] ?? Math.max(at, untilMs);
    while ((resets[reset] ?? Number.POSITIVE_INFINITY) <= at) reset += 1;
    const resetMs = resets[reset];
    const isReset = resetMs !== undefined && resetMs <= next;
    const isGap = next - at > gapMs;
    if (percent !== null) {
      if (!run) {
        run = [];
        runs.push(run);
      }
      run.push({ fromMs: at, toMs: isGap ? at : isReset ? resetMs : next, percent });
    }
    if (percent === null || isGap || isReset) run = undefined;
  });
  return runs;
}

/** Of a series with fewer points than were seen, neighbours may be two of its stretches of time apart without a gap. */
export function toGapMs(
  { is_exact }: Pick<Series, "is_exact">,
  exactGapMs: number,
  { sinceMs, untilMs, maxPoints }: { sinceMs: number; untilMs: number; maxPoints: number },
): number {
  return is_exact ? exactGapMs : exactGapMs + (2 * (untilMs - sinceMs)) / (maxPoints / 2);
}
