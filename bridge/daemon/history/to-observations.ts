// What a snapshot says about each window, as points of history. Pure.
import type { HistoryPoint } from "../../../shared/history.ts";
import type { Snapshot } from "../../../shared/snapshot.ts";

export type Observation = {
  /** The key of the row record that it belongs to (merge.ts). */
  rowKey: string;
  window: string;
  label: string;
  point: HistoryPoint;
};

/** Nothing of a failed read: nobody looked. An unknown value is kept as one. */
export function toObservations(rowKey: string, snapshot: Snapshot): Observation[] {
  if (snapshot.usage === null) return [];
  const atMs = Date.parse(snapshot.fetched_at);
  const windows = snapshot.windows.map(({ id, label, utilization, resets_at }): Observation => {
    const resetMs = resets_at === null ? null : Date.parse(resets_at);
    return { rowKey, window: id, label, point: [atMs, utilization, resetMs] };
  });
  const percent = snapshot.money?.percent ?? null;
  if (percent === null) return windows;
  return [...windows, { rowKey, window: "money", label: "Extra usage", point: [atMs, percent, null] }];
}
