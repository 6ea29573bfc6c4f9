// The forecast of each published window, from history. It costs little, because it is made anew only for a new reading, and
// a habit is learnt once a day; and it never stops an ingest.
import type { Forecast } from "../../../shared/forecast.ts";
import type { HistoryPoint } from "../../../shared/history.ts";
import type { UsageWindow } from "../../../shared/usage-window.ts";
import { toWindowLengthMs } from "../../../shared/window-length.ts";
import { GAP_MS } from "../history/decide-kept.ts";
import type { HistoryKeeper } from "../history/history.ts";
import type { Log } from "../log.ts";
import { toForecast } from "./to-forecast.ts";
import { toWeeklyProfile, type WeeklyProfile } from "./weekly-profile.ts";

/** Of a window in a row that was seen under these keys, as it was at that moment. */
export type ForecastWindow = (keys: ReadonlySet<string>, window: UsageWindow, observedMs: number) => Forecast | null;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A window is at most this long, as far as anybody knows its length. */
const LONGEST_MS = 31 * DAY_MS;
/** Habits change, and eight weeks have seen each hour often enough. */
const PROFILE_MS = 56 * DAY_MS;
const PROFILE_RENEWED_MS = DAY_MS;
/** So much before a window's length, to see the reset that it began with. */
const MARGIN_MS = 60 * MINUTE_MS;
/** While a long window says the same, it is forecast anew no more often than this. */
const LONG_RENEWED_MS = 15 * MINUTE_MS;

type Known = { window: UsageWindow; observedMs: number; forecast: Forecast | null };
type Learnt = { profile: WeeklyProfile | undefined; atMs: number };

export function createForecasts({ history, log }: { history: Pick<HistoryKeeper, "read">; log: Log }): ForecastWindow {
  const known = new Map<string, Known>();
  const learnt = new Map<string, Learnt>();
  let hasFailed = false;

  const readPoints = (keys: ReadonlySet<string>, window: string, untilMs: number, spanMs: number): HistoryPoint[] => {
    const question = { rowKeys: [...keys], window, sinceMs: untilMs - spanMs, untilMs: untilMs + 1 };
    const stored = history.read(question).filter(({ points }) => points.length > 0);
    const [only] = stored;
    if (only && stored.length === 1) return only.points;
    return stored.flatMap(({ points }) => points).toSorted(([a], [b]) => a - b);
  };

  const learn = (name: string, keys: ReadonlySet<string>, id: string, nowMs: number): WeeklyProfile | undefined => {
    const last = learnt.get(name);
    if (last && Math.abs(nowMs - last.atMs) < PROFILE_RENEWED_MS) return last.profile;
    const profile = toWeeklyProfile(readPoints(keys, id, nowMs, PROFILE_MS), GAP_MS);
    learnt.set(name, { profile, atMs: nowMs });
    return profile;
  };

  const forecast = (name: string, keys: ReadonlySet<string>, window: UsageWindow, nowMs: number): Forecast | null => {
    const { id, utilization, resets_at } = window;
    // Most windows that say nothing need no look at history.
    if (utilization === null || resets_at === null) return null;
    const points = readPoints(keys, id, nowMs, (toWindowLengthMs(id) ?? LONGEST_MS) + MARGIN_MS);
    const resetMs = Date.parse(resets_at);
    const profile = learn(name, keys, id, nowMs);
    return toForecast({ id, utilization, resetMs, nowMs, points, gapMs: GAP_MS, profile });
  };

  return (keys, window, observedMs) => {
    const name = [...keys, window.id].join("\n");
    const last = known.get(name);
    if (last && isStillTrue(last, window, observedMs)) return last.forecast;
    let next: Forecast | null = null;
    try {
      next = forecast(name, keys, window, observedMs);
    } catch (error) {
      if (!hasFailed) log(`forecast failed: ${error instanceof Error ? error.name : typeof error}`);
      hasFailed = true;
    }
    known.set(name, { window, observedMs, forecast: next });
    return next;
  };
}

function isStillTrue({ window: last, observedMs, forecast }: Known, window: UsageWindow, nowMs: number): boolean {
  if (observedMs === nowMs) return last === window;
  const lengthMs = toWindowLengthMs(window.id) ?? LONGEST_MS;
  const isSame = last.utilization === window.utilization && last.resets_at === window.resets_at;
  const isAhead = !forecast?.exhausted_at || Date.parse(forecast.exhausted_at) > nowMs;
  return lengthMs > DAY_MS && isSame && isAhead && Math.abs(nowMs - observedMs) < LONG_RENEWED_MS;
}
