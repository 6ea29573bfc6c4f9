// What the sparklines of `watch` are drawn from: the bridge's history, and behind it what was heard since. Pure.
import type { Row } from "../../../shared/freshness.ts";
import type { HistoryPoint } from "../../../shared/history.ts";
import { toWindowLengthMs } from "../../../shared/window-length.ts";
import type { SeenSeries } from "../history/ask-history.ts";
import { toCurrentPoint } from "../history/row-history.ts";

export type Trace = { points: readonly HistoryPoint[]; gapMs: number };
/** By toTraceKey. */
export type Traces = ReadonlyMap<string, Trace>;

const DAY_MS = 86_400_000;
/** What the bridge says when asked; until then. */
const USUAL_GAP_MS = 20 * 60_000;

/** A sparkline covers as much as its window lasts. */
export function toSpanMs(window: string): number {
  return toWindowLengthMs(window) ?? DAY_MS;
}

export function toTraceKey({ org_uuid, account_uuid }: Pick<Row, "org_uuid" | "account_uuid">, window: string): string {
  return `${org_uuid} ${account_uuid} ${window}`;
}

/** With what the rows say now behind them, and without what is too old to be drawn. */
export function appendRows(traces: Traces, rows: readonly Row[], nowMs: number): Traces {
  const next = new Map(traces);
  for (const row of rows) {
    for (const { id } of row.windows) {
      const point = toCurrentPoint(row, id);
      const { points, gapMs } = next.get(toTraceKey(row, id)) ?? { points: [], gapMs: USUAL_GAP_MS };
      if (point === undefined || point[0] <= (points.at(-1)?.[0] ?? 0)) continue;
      const kept = points.filter(([at]) => at >= nowMs - toSpanMs(id) - gapMs);
      next.set(toTraceKey(row, id), { points: [...kept, point], gapMs });
    }
  }
  return next;
}

/** Under what was heard since, what the bridge had seen before. */
export function mergeHistory(traces: Traces, row: Row, history: readonly SeenSeries[]): Traces {
  const next = new Map(traces);
  for (const { window, points, gap_ms } of history) {
    const lastMs = points.at(-1)?.[0] ?? 0;
    const since = (next.get(toTraceKey(row, window))?.points ?? []).filter(([at]) => at > lastMs);
    next.set(toTraceKey(row, window), { points: [...points, ...since], gapMs: gap_ms });
  }
  return next;
}
