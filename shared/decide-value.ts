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

export function decideValue(readings: readonly WindowReading[], nowMs: number): DecidedValue {
  const dated = readings.filter(({ observed_at }) => Date.parse(observed_at) - nowMs <= MAX_AHEAD_MS);
  const current = dated.filter(({ resets_at }) => resets_at === null || Date.parse(resets_at) > nowMs);
  if (current.length === 0) return { reading: dated.toSorted(compare).at(-1), isDisputed: false };
  const isGuarded = current.some(
    ({ source, observed_at }) => isDirect(source) && nowMs - Date.parse(observed_at) < YOUNG_MS,
  );
  const period = toLastPeriod(current, isGuarded);
  const direct = decideDirect(period);
  const standing = decideStanding(direct, period, isGuarded);
  if (!standing) return { reading: undefined, isDisputed: false };
  const decided = decideDispute(standing, period);
  return standing === direct?.reading ? { ...decided, isDisputed: decided.isDisputed || direct.isDisputed } : decided;
}

/** Those of the period that ends last, which nobody but a direct reading may begin while one guards the row. */
function toLastPeriod(current: readonly WindowReading[], isGuarded: boolean): readonly WindowReading[] {
  const directEndMs = toLastReset(current.filter(({ source }) => isDirect(source)));
  const latestMs = isGuarded && Number.isFinite(directEndMs) ? directEndMs + SAME_PERIOD_MS : Number.POSITIVE_INFINITY;
  const allowed = current.filter((each) => isDirect(each.source) || toResetMs(each) <= latestMs);
  const endMs = toLastReset(allowed);
  // What names no reset is of any period.
  return allowed.filter((each) => each.resets_at === null || toResetMs(each) >= endMs - SAME_PERIOD_MS);
}

/** The newest direct reading, or the higher one of two that contradict each other: no reported one settles that. */
function decideDirect(period: readonly WindowReading[]): DecidedValue | undefined {
  const direct = period.filter(({ source }) => isDirect(source));
  const newest = direct.toSorted(compare).at(-1);
  return newest && decideDispute(newest, direct);
}

/** The direct value, and what was reported since as far as it may move it. */
function decideStanding(
  direct: DecidedValue | undefined,
  period: readonly WindowReading[],
  isGuarded: boolean,
): WindowReading | undefined {
  const known = direct?.reading;
  const isLater = (each: WindowReading) => !known || Date.parse(each.observed_at) > Date.parse(known.observed_at);
  return period
    .filter((each) => !isDirect(each.source) && isLater(each))
    .toSorted(compare)
    .reduce<WindowReading | undefined>((standing, each) => {
      const isLower = standing !== undefined && each.utilization < standing.utilization;
      return isLower && isGuarded ? standing : each;
    }, known);
}

/** Where two sources contradict each other in one moment the higher value stands. */
function decideDispute(standing: WindowReading, period: readonly WindowReading[]): DecidedValue {
  const rivals = period.filter(
    ({ source, observed_at, utilization }) =>
      source !== standing.source &&
      Math.abs(Date.parse(observed_at) - Date.parse(standing.observed_at)) <= SAME_MOMENT_MS &&
      Math.abs(utilization - standing.utilization) > DISPUTE_POINTS,
  );
  const highest = [standing, ...rivals].reduce((a, b) =>
    (b.utilization - a.utilization || compare(b, a)) > 0 ? b : a,
  );
  // Of one moment, so it is as fresh as the newer of the two.
  const observed_at = highest.observed_at > standing.observed_at ? highest.observed_at : standing.observed_at;
  return { reading: { ...highest, observed_at }, isDisputed: rivals.length > 0 };
}

/** Older first; of one moment the lower first, then any fixed order, so that the order of arrival does not matter. */
function compare(a: WindowReading, b: WindowReading): number {
  return (
    Date.parse(a.observed_at) - Date.parse(b.observed_at) ||
    a.utilization - b.utilization ||
    compareText(`${a.source} ${a.resets_at}`, `${b.source} ${b.resets_at}`)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function toResetMs({ resets_at }: WindowReading): number {
  return resets_at === null ? Number.NEGATIVE_INFINITY : Date.parse(resets_at);
}

function toLastReset(readings: readonly WindowReading[]): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...readings.map(toResetMs));
}
