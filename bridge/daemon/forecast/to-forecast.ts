// Where a window is heading: work goes on as of late, and fades into what is usual. Pure. What the method is worth, and
// against what, is measured by `npm run eval:forecast` (docs/maintainers/forecast.md).

import type { Forecast } from "../../../shared/forecast.ts";
import type { HistoryPoint } from "../../../shared/history.ts";
import { toCurrentPeriod, toResets } from "../../../shared/resets.ts";
import { toIso } from "../../../shared/time.ts";
import { toWindowLengthMs } from "../../../shared/window-length.ts";
import { type Stretch, toBurnRate, toSpent, toStretches, toWatchedMs } from "./burn-rate.ts";
import { toUsualRate, type WeeklyProfile } from "./weekly-profile.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How a window is read: how old "of late" is, and how long it lasts until the usual has taken its place. */
const SHORT = { lateMs: 15 * MINUTE_MS, fadeMs: 5 * HOUR_MS };
const LONG = { lateMs: HOUR_MS, fadeMs: HOUR_MS };
/** Of the last hour, and of the window, so much has to have been watched. */
const LEAST_WATCHED_MS = 20 * MINUTE_MS;
/** A window whose name does not tell its length is at most monthly; a reset further off is a slip. */
const LONGEST_MS = 31 * DAY_MS;
const RESET_TOLERANCE_MS = 5 * MINUTE_MS;
/** How many points of a week it takes until it says as much about itself as all weeks before. */
const WEEK_TRUST_POINTS = 20;
const STEP_MS = 15 * MINUTE_MS;

export type ForecastQuestion = {
  id: string;
  utilization: number | null;
  resetMs: number | null;
  /** When the value was seen; the forecast is of that moment. */
  nowMs: number;
  /** Exact and ascending, up to now. They may reach back beyond the current period, and should: that shows when it began. */
  points: readonly HistoryPoint[];
  /** Neighbours further apart than this have a gap between them. */
  gapMs: number;
  /** What past weeks say of this window, if enough of them are known. */
  profile: WeeklyProfile | undefined;
};

/**
 * Null, because the evidence is thin:
 * - the value or the reset is not known, the reset has passed or is further off than the window is long, or it is full;
 * - the window began less than 20 minutes ago, or of the last hour less than 20 minutes of it were watched;
 * - it is a 5-hour window and the last hour spent nothing: whether work begins again today, nobody knows;
 * - it is a longer one, or one of unknown length, and less than ten days of the past are known.
 */
export function toForecast(question: ForecastQuestion): Forecast | null {
  const { id, utilization, resetMs, nowMs, profile } = question;
  const lengthMs = toWindowLengthMs(id);
  if (utilization === null || utilization >= 100 || resetMs === null) return null;
  if (resetMs <= nowMs || resetMs - nowMs > (lengthMs ?? LONGEST_MS) + RESET_TOLERANCE_MS) return null;
  const period = toPeriodUntilNow(question, utilization);
  const stretches = toStretches(period, question.gapMs);
  const startMs = lengthMs === undefined ? undefined : toStartMs(question.points, period, resetMs - lengthMs);
  const watchedMs = toWatchedMs(stretches, Math.max(startMs ?? 0, nowMs - HOUR_MS));
  if (watchedMs < LEAST_WATCHED_MS) return null;

  const isShort = lengthMs !== undefined && lengthMs < DAY_MS;
  const { lateMs, fadeMs } = isShort ? SHORT : LONG;
  const lateRate = toBurnRate(stretches, nowMs, lateMs);
  const toLaterRate =
    isShort && startMs !== undefined
      ? toShortRates(stretches, (utilization / (nowMs - startMs)) * HOUR_MS, profile, nowMs)
      : toLongRates(stretches, profile, nowMs);
  if (lateRate === undefined || toLaterRate === undefined) return null;

  const toRate = (atMs: number) => {
    const lateShare = Math.exp((nowMs - atMs) / fadeMs);
    return lateRate * lateShare + toLaterRate(atMs) * (1 - lateShare);
  };
  const { end, fullMs } = followRates(utilization, nowMs, resetMs, toRate);
  return {
    percent_per_hour: toHundredths(lateRate),
    percent_at_reset: Math.max(utilization, toHundredths(end)),
    exhausted_at: fullMs === undefined ? null : toIso(fullMs),
    pace: startMs === undefined ? null : toHundredths(utilization - (100 * (nowMs - startMs)) / (resetMs - startMs)),
  };
}

/** A value that is still the same since the last point is a point of now: only changes are kept. */
function toPeriodUntilNow({ points, nowMs, resetMs }: ForecastQuestion, utilization: number): HistoryPoint[] {
  const period = toCurrentPeriod(points).filter(([atMs]) => atMs <= nowMs && atMs > nowMs - LONGEST_MS);
  return period.at(-1)?.[0] === nowMs ? period : [...period, [nowMs, utilization, resetMs]];
}

/**
 * A length before its reset, unless it was seen to reset later than that (weekly windows do, and keep the old reset
 * time), or was counting before (a reset time that moved).
 */
function toStartMs(points: readonly HistoryPoint[], period: readonly HistoryPoint[], announcedMs: number): number {
  const [countedMs = announcedMs] = period.find(([, used]) => used !== null && used > 0) ?? [];
  const lastResetMs = toResets(points).at(-1) ?? Number.NEGATIVE_INFINITY;
  return Math.max(lastResetMs, Math.min(announcedMs, countedMs));
}

/** Later in the same hours of work: half what these hours usually cost, half what this window has cost on average. */
function toShortRates(
  stretches: readonly Stretch[],
  average: number,
  profile: WeeklyProfile | undefined,
  nowMs: number,
): ((atMs: number) => number) | undefined {
  if (toSpent(stretches, nowMs - HOUR_MS) === 0) return undefined;
  return (atMs) => (profile ? (average + toUsualRate(profile, atMs)) / 2 : average);
}

/** Later in the week: what its hours usually cost, more or less so as the week so far was. */
function toLongRates(
  stretches: readonly Stretch[],
  profile: WeeklyProfile | undefined,
  nowMs: number,
): ((atMs: number) => number) | undefined {
  if (!profile) return undefined;
  const usualMs = stretches[0]?.fromMs ?? nowMs;
  let usual = 0;
  for (let atMs = usualMs; atMs < nowMs; atMs += HOUR_MS) {
    usual += (toUsualRate(profile, atMs) * Math.min(HOUR_MS, nowMs - atMs)) / HOUR_MS;
  }
  const share = (toSpent(stretches, usualMs) + WEEK_TRUST_POINTS) / (usual + WEEK_TRUST_POINTS);
  return (atMs) => share * toUsualRate(profile, atMs);
}

/** The level at the reset, and when it passes 100 before. */
function followRates(from: number, nowMs: number, resetMs: number, toRate: (atMs: number) => number) {
  let end = from;
  let fullMs: number | undefined;
  for (let atMs = nowMs; atMs < resetMs; atMs += STEP_MS) {
    const stepMs = Math.min(STEP_MS, resetMs - atMs);
    const points = (toRate(atMs + stepMs / 2) * stepMs) / HOUR_MS;
    if (end < 100 && end + points > 100) fullMs = Math.ceil(atMs + (stepMs * (100 - end)) / points);
    end += points;
  }
  return { end, fullMs: fullMs !== undefined && fullMs < resetMs ? fullMs : undefined };
}

/** Rounded down, so that what does not fill a window does not look as if. */
function toHundredths(value: number): number {
  return Math.floor(value * 100) / 100;
}
