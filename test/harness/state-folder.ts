// A state folder as a bridge leaves it, written by a test: for commands that read the file and ask nobody.
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RowWindow, StoredRow } from "../../shared/row.ts";
import { createRowWindow, createStatus, createStoredRow } from "../shared/wire-examples.ts";

export type RowParts = Partial<Omit<StoredRow, "windows">> & { ageMs?: number; windows?: Partial<RowWindow>[] };

const HOUR = 3_600_000;

/** A row read five seconds ago with a 5-hour window at 42 %, unless told otherwise. */
export function createRecentRow({ ageMs = 5_000, windows = [{}], ...more }: RowParts = {}): StoredRow {
  return createStoredRow({
    fetched_at: new Date(Date.now() - ageMs).toISOString(),
    windows: windows.map((window) => createRowWindow({ resets_at: toMoment(2 * HOUR), ...window })),
    ...more,
  });
}

export function toMoment(inMs: number): string {
  return new Date(Date.now() + inMs).toISOString();
}

export async function createStateFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), "claude-meter-"));
}

export async function writeRows(folder: string, rows: readonly StoredRow[]): Promise<void> {
  await writeStatusText(folder, JSON.stringify(createStatus({ generated_at: toMoment(0), rows: [...rows] })));
}

/** Replaced whole, as the bridge does it. */
export async function writeStatusText(folder: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "status.json");
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
