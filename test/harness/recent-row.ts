// Rows as a bridge has just published them: what a gate, a line or a hook reads.
import type { RowWindow, StoredRow } from "../../shared/row.ts";
import { createRowWindow, createStoredRow } from "../shared/wire-examples.ts";

export type RowParts = Partial<Omit<StoredRow, "windows">> & { ageMs?: number; windows?: Partial<RowWindow>[] };

const HOUR = 3_600_000;

/** A row read five seconds ago with a 5-hour window at 42 %, unless told otherwise. */
export function createRecentRow({ ageMs = 5_000, windows = [{}], ...more }: RowParts = {}): StoredRow {
  return createStoredRow({
    fetched_at: toMoment(-ageMs),
    windows: windows.map((window) => createRowWindow({ resets_at: toMoment(2 * HOUR), ...window })),
    ...more,
  });
}

/** With both usual windows at these percentages; resets in two hours and in three days. */
export function createUsualRow(fiveHour: number | null, weekly: number | null, parts: RowParts = {}): StoredRow {
  return createRecentRow({
    windows: [
      { utilization: fiveHour, resets_at: toMoment(2 * HOUR) },
      { id: "seven_day", label: "Weekly", utilization: weekly, resets_at: toMoment(72 * HOUR) },
    ],
    ...parts,
  });
}

/** Far under every limit. */
export function createCalmRow(parts: RowParts = {}): StoredRow {
  return createUsualRow(20, 40, { ageMs: 0, ...parts });
}

export function toMoment(inMs: number): string {
  return new Date(Date.now() + inMs).toISOString();
}
