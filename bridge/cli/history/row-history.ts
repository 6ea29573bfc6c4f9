// What was seen of one row: its series joined with what the row itself says.
import type { Row } from "../../../shared/freshness.ts";
import type { HistoryPoint } from "../../../shared/history.ts";
import { toMoneyPercent } from "../gate/decide-gate.ts";
import type { SeenSeries } from "./ask-history.ts";

export type RowHistory = { row: Row; series: readonly SeenSeries[] };

/** The series in the order of the row's windows; what the row has no longer comes last. */
export function toRowHistory(row: Row, series: readonly SeenSeries[]): RowHistory {
  const place = ({ window }: SeenSeries) => {
    const index = row.windows.findIndex(({ id }) => id === window);
    return index < 0 ? row.windows.length : index;
  };
  return { row, series: series.toSorted((a, b) => place(a) - place(b)) };
}

/** With what the row says behind it: while nothing changes, the store keeps a point each quarter of an hour only. */
export function withCurrent({ row, series }: RowHistory): RowHistory {
  return {
    row,
    series: series.map((each) => {
      const current = toCurrentPoint(row, each.window);
      const isNewer = current !== undefined && current[0] > (each.points.at(-1)?.[0] ?? 0);
      return isNewer ? { ...each, points: [...each.points, current] } : each;
    }),
  };
}

/** Undefined where the row says nothing. */
export function toCurrentPoint(row: Row, id: string): HistoryPoint | undefined {
  const window = row.windows.find((each) => each.id === id);
  const percent = window ? window.utilization : id === "money" && row.money ? toMoneyPercent(row.money) : null;
  const resetsAt = window?.resets_at ?? null;
  return percent === null
    ? undefined
    : [Date.parse(window?.observed_at ?? row.fetched_at), percent, resetsAt === null ? null : Date.parse(resetsAt)];
}
