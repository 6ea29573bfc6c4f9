// The one rule that makes one value of what several sources say of a window. Pure, and the same in bridge and readers.
import { isDirect } from "./sources.ts";

export type WindowReading = { source: string; observed_at: string; utilization: number; resets_at: string | null };

export type DecidedValue = {
  /** The reading that counts; its own reset has passed when no other is left. Undefined: nobody says anything usable. */
  reading: WindowReading | undefined;
  isDisputed: boolean;
};

/** No honest clock is further ahead than this of ours. */
export const MAX_AHEAD_MS = 120_000;
/** As long as a direct reading keeps a reported one from lowering it, and from beginning a period. */
export const YOUNG_MS = 600_000;
/** Reset times jitter; those of two periods are hours apart. */
const SAME_PERIOD_MS = 300_000;
/** Two readings this near to each other are of one moment. */
const SAME_MOMENT_MS = 150_000;
/** More than work does in that time, so one of the two is wrong. */
const DISPUTE_POINTS = 5;

/** With its times as numbers: each is compared several times, and reading one is most of a comparison. */
type Timed = { reading: WindowReading; isDirect: boolean; observedMs: number; resetMs: number };

/** Of a window that has not started, or whose source does not say. */
const NO_RESET = Number.NEGATIVE_INFINITY;

export function decideValue(readings: readonly WindowReading[], nowMs: number): DecidedValue {
  const current: Timed[] = [];
  let newest: Timed | undefined;
  for (const reading of readings) {
    const timed = toTimed(reading);
    if (!(timed.observedMs - nowMs <= MAX_AHEAD_MS)) continue;
    if (!newest || compare(timed, newest) > 0) newest = timed;
    if (timed.resetMs === NO_RESET || timed.resetMs > nowMs) current.push(timed);
  }
  const [first, second] = current;
  // Most windows have one source, which nobody contradicts.
  if (!second) return { reading: (first ?? newest)?.reading, isDisputed: false };
  const isGuarded = current.some(({ isDirect, observedMs }) => isDirect && nowMs - observedMs < YOUNG_MS);
  const period = toLastPeriod(current, isGuarded);
  const direct = decideDirect(period);
  const standing = decideStanding(direct?.value, period, isGuarded);
  if (!standing) return { reading: undefined, isDisputed: false };
  const decided = decideDispute(standing, period, false);
  const isDisputed = decided.isDisputed || (standing === direct?.value && direct.isDisputed);
  return { reading: decided.value.reading, isDisputed };
}

function toTimed(reading: WindowReading): Timed {
  const { source, observed_at, resets_at } = reading;
  return {
    reading,
    isDirect: isDirect(source),
    observedMs: Date.parse(observed_at),
    resetMs: resets_at === null ? NO_RESET : Date.parse(resets_at),
  };
}

/** Those of the period that ends last, which nobody but a direct reading may begin while one guards the row. */
function toLastPeriod(current: readonly Timed[], isGuarded: boolean): readonly Timed[] {
  const directEndMs = toLastReset(current, NO_RESET);
  const latestMs = isGuarded && directEndMs !== NO_RESET ? directEndMs + SAME_PERIOD_MS : Number.POSITIVE_INFINITY;
  const endMs = toLastReset(current, latestMs);
  return current.filter(
    ({ isDirect, resetMs }) =>
      // What names no reset is of any period.
      resetMs === NO_RESET || (resetMs >= endMs - SAME_PERIOD_MS && (isDirect || resetMs <= latestMs)),
  );
}

/** Of the direct ones, and of the reported ones up to then. */
function toLastReset(readings: readonly Timed[], latestMs: number): number {
  let lastMs = NO_RESET;
  for (const { isDirect, resetMs } of readings) {
    if (resetMs > lastMs && (isDirect || resetMs <= latestMs)) lastMs = resetMs;
  }
  return lastMs;
}

type Decided = { value: Timed; isDisputed: boolean };

/** The newest direct reading, or the higher one of two that contradict each other: no reported one settles that. */
function decideDirect(period: readonly Timed[]): Decided | undefined {
  let newest: Timed | undefined;
  for (const each of period) if (each.isDirect && (!newest || compare(each, newest) > 0)) newest = each;
  return newest && decideDispute(newest, period, true);
}

/** The direct value, and what was reported since as far as it may move it. */
function decideStanding(known: Timed | undefined, period: readonly Timed[], isGuarded: boolean): Timed | undefined {
  const later = period.filter(({ isDirect, observedMs }) => !isDirect && !(known && observedMs <= known.observedMs));
  let standing = known;
  for (const each of later.sort(compare)) {
    const isLower = standing !== undefined && each.reading.utilization < standing.reading.utilization;
    if (!(isLower && isGuarded)) standing = each;
  }
  return standing;
}

/** Where two sources contradict each other in one moment the higher value stands. */
function decideDispute(standing: Timed, period: readonly Timed[], isDirectOnly: boolean): Decided {
  const { source, utilization } = standing.reading;
  let highest = standing;
  let isDisputed = false;
  for (const each of period) {
    const isRival =
      (each.isDirect || !isDirectOnly) &&
      each.reading.source !== source &&
      Math.abs(each.observedMs - standing.observedMs) <= SAME_MOMENT_MS &&
      Math.abs(each.reading.utilization - utilization) > DISPUTE_POINTS;
    if (!isRival) continue;
    isDisputed = true;
    if ((each.reading.utilization - highest.reading.utilization || compare(each, highest)) > 0) highest = each;
  }
  if (highest.observedMs >= standing.observedMs) return { value: highest, isDisputed };
  // Of one moment, so it is as fresh as the newer of the two.
  const { observedMs } = standing;
  const reading = { ...highest.reading, observed_at: standing.reading.observed_at };
  return { value: { ...highest, reading, observedMs }, isDisputed };
}

/** Older first; of one moment the lower first, then any fixed order, so that the order of arrival does not matter. */
function compare(a: Timed, b: Timed): number {
  return (
    a.observedMs - b.observedMs ||
    a.reading.utilization - b.reading.utilization ||
    compareText(`${a.reading.source} ${a.reading.resets_at}`, `${b.reading.source} ${b.reading.resets_at}`)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
