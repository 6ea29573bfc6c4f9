// Rows at a fixed moment, as a reader has them, for tests of what the CLI makes of them.
import type { RowReading } from "../../../bridge/cli/row/read-row.ts";
import { type Row, toRow } from "../../../shared/freshness.ts";
import type { Install, RowWindow, StoredRow } from "../../../shared/row.ts";
import { createRowWindow, createStoredRow } from "../../shared/wire-examples.ts";

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

export const now = Date.parse("2026-11-20T10:00:00.000Z");
export const at = (ms: number) => new Date(now + ms).toISOString();

export type RowParts = Partial<Omit<StoredRow, "windows">> & { ageMs?: number; windows?: Partial<RowWindow>[] };

/** A row read 10 s ago with a 5-hour window at 42 %, unless told otherwise. */
export function createRow({ ageMs = 10 * SECOND, windows = [{}], ...more }: RowParts = {}, nowMs = now): Row {
  const stored = createStoredRow({
    fetched_at: new Date(nowMs - ageMs).toISOString(),
    windows: windows.map((window) =>
      createRowWindow({ resets_at: new Date(nowMs + 2 * HOUR).toISOString(), ...window }),
    ),
    ...more,
  });
  return toRow(stored, nowMs);
}

export function createReading(parts: RowParts = {}, nowMs = now, installs: readonly Install[] = []): RowReading {
  return { kind: "row", row: createRow(parts, nowMs), installs };
}
