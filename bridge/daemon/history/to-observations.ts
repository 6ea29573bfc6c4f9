// What a snapshot or a reading says about each window, as points of history. Pure.
import { decideValue, type WindowReading } from "../../../shared/decide-value.ts";
import type { HistoryPoint } from "../../../shared/history.ts";
import type { Reading } from "../../../shared/reading.ts";
import { toWindowReadings } from "../../../shared/row-sources.ts";
import type { Snapshot } from "../../../shared/snapshot.ts";
import type { UsageWindow } from "../../../shared/usage-window.ts";
import type { RowRecord } from "../merge.ts";
import { toWindows } from "../to-windows.ts";
import { toSeriesKey } from "./series-key.ts";

export type Observation = {
  /** The key of the row record that it belongs to (merge.ts), and of the source (series-key.ts). */
  rowKey: string;
  window: string;
  label: string;
  point: HistoryPoint;
};

/** Nothing of a failed read: nobody looked. An unknown value is kept as one. */
export function toObservations(rowKey: string, snapshot: Snapshot): Observation[] {
  if (snapshot.usage === null) return [];
  const atMs = Date.parse(snapshot.fetched_at);
  const windows = snapshot.windows.map((window) => toObservation(rowKey, window, atMs));
  const percent = snapshot.money?.percent ?? null;
  if (percent === null) return windows;
  return [...windows, { rowKey, window: "money", label: "Extra usage", point: [atMs, percent, null] }];
}

/** Only what counted when it came: a value that the rule passes over was never the row's. */
export function toReadingObservations(
  rowKey: string,
  record: RowRecord,
  reading: Reading,
  nowMs: number,
): Observation[] {
  const { windows, sources } = toWindows(record, nowMs);
  return windows.flatMap((window) => {
    const readings = [...toWindowReadings(sources, window.id), ...toOwnReading(record, window)];
    const { reading: counted } = decideValue(readings, nowMs);
    const isThis = counted?.source === reading.source && counted.observed_at === sources.find(isOf)?.observed_at;
    const seriesKey = toSeriesKey(rowKey, reading.source);
    return counted && isThis
      ? [toObservation(seriesKey, { ...window, ...counted }, Date.parse(counted.observed_at))]
      : [];
  });

  function isOf({ source }: { source: string }): boolean {
    return source === reading.source;
  }
}

function toOwnReading({ good }: RowRecord, { id }: UsageWindow): WindowReading[] {
  const own = good?.windows.find((window) => window.id === id);
  if (!good || !own || own.utilization === null) return [];
  return [
    { source: "extension", observed_at: good.fetched_at, utilization: own.utilization, resets_at: own.resets_at },
  ];
}

function toObservation(
  rowKey: string,
  { id, label, utilization, resets_at }: Pick<UsageWindow, "id" | "label" | "utilization" | "resets_at">,
  atMs: number,
): Observation {
  return { rowKey, window: id, label, point: [atMs, utilization, resets_at === null ? null : Date.parse(resets_at)] };
}
