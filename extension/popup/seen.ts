// What the bridge adds to a window in the popup: how its value came to be, and where it is heading.
import { formatForecast } from "../../shared/format-forecast.ts";
import { decideFreshness, FRESH_MS, toWindowAt } from "../../shared/freshness.ts";
import type { History } from "../../shared/history.ts";
import type { StoredRow } from "../../shared/row.ts";
import { fetchHistory, fetchStatus } from "../ask-as-page.ts";
import type { Shown } from "../meter-state.ts";
import { type Run, toGapMs, toRuns } from "../to-runs.ts";

const HOUR_MS = 3_600_000;
/** Of a window that lasts five hours, all; of one that lasts a week, its week. */
const SHORT_MS = 5 * HOUR_MS;
const LONG_MS = 7 * 24 * HOUR_MS;
/** More than a popup has pixels. */
const MAX_POINTS = 700;

type Asked = { history: History; sinceMs: number; untilMs: number; maxPoints: number };
export type Seen = { rows: readonly StoredRow[]; histories: readonly Asked[] };
export const nothingSeen: Seen = { rows: [], histories: [] };

/** Nothing of what the bridge does not answer. */
export async function fetchSeen(nowMs: number): Promise<Seen> {
  const ask = async (lengthMs: number, window?: string): Promise<Asked[]> => {
    const asked = { sinceMs: nowMs - lengthMs, untilMs: nowMs + 1, maxPoints: MAX_POINTS };
    const answer = await fetchHistory({ ...asked, ...(window === undefined ? {} : { window }) });
    return answer.kind === "answered" ? [{ ...asked, history: answer.value }] : [];
  };
  const [status, short, long] = await Promise.all([fetchStatus(), ask(SHORT_MS, "five_hour"), ask(LONG_MS)]);
  return { rows: status.kind === "answered" ? status.value.rows : [], histories: [...short, ...long] };
}

export type Trend = { runs: Run[]; sinceMs: number; untilMs: number };

/** From the last reset on, or as far back as was asked; undefined where nothing was seen to change. */
export function toTrend({ histories }: Seen, row: Shown, window: string, nowMs: number): Trend | undefined {
  for (const { history, ...asked } of histories) {
    const series = history.series.find((each) => isOf(each, row) && each.window === window);
    if (!series) continue;
    const resetMs = series.resets.at(-1) ?? asked.sinceMs;
    const points = series.points.filter(([at]) => at >= resetMs);
    if (points.every(([, percent]) => percent === points[0]?.[1])) return undefined;
    const looked = { gapMs: toGapMs(series, history.gap_ms, asked), untilMs: nowMs };
    return { runs: toRuns({ points, resets: [] }, looked), sinceMs: points[0]?.[0] ?? resetMs, untilMs: nowMs };
  }
  return undefined;
}

/** "" unless the bridge means the very reading that is shown, or one that is hardly newer. */
export function toForecastWords({ rows }: Seen, row: Shown, windowId: string, nowMs: number): string {
  const known = rows.find((each) => isOf(each, row));
  if (!known) return "";
  const knownMs = Date.parse(known.fetched_at);
  const newerMs = knownMs - Date.parse(row.fetched_at);
  if (decideFreshness(nowMs - knownMs) === "stale" || newerMs < 0 || newerMs > FRESH_MS) return "";
  const window = known.windows.find(({ id }) => id === windowId);
  return window ? formatForecast(toWindowAt(window, nowMs).forecast, nowMs) : "";
}

type Identity = { org_uuid: string; account_uuid: string | null };

function isOf(one: Identity, other: Identity): boolean {
  return one.org_uuid === other.org_uuid && one.account_uuid === other.account_uuid;
}
