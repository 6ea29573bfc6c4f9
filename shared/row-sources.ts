// What each source says of a row, as the row holds it: the extension in the row's own windows, all others beside them. Pure.
import type { WindowReading } from "./decide-value.ts";
import type { Register, SourceRecord } from "./reading.ts";
import type { RowWindow, StoredRow } from "./row.ts";

type Held = Pick<StoredRow, "fetched_at" | "usage" | "windows" | "witness" | "sources">;

/** Newest first, one per source. */
export function toRowSources(row: Held): SourceRecord[] {
  const said = row.sources ?? [];
  const has = (source: string) => said.some((each) => each.source === source);
  const extension = has("extension") ? undefined : toExtension(row);
  // A file of 0.1.0 has the status line's part alone.
  const statusline = row.witness && !has("statusline") ? toStatusline(row.witness) : undefined;
  const all = [...said, ...(extension ? [extension] : []), ...(statusline ? [statusline] : [])];
  return all.toSorted((a, b) => Date.parse(b.observed_at) - Date.parse(a.observed_at));
}

function toExtension({ fetched_at, usage, windows }: Held): SourceRecord | undefined {
  const own = windows.filter(({ source }) => source === undefined || source === "extension");
  if (own.length === 0 && usage === null) return undefined;
  const registers = own.flatMap(({ id, utilization, last_known, resets_at, observed_at = fetched_at }) => {
    const known = utilization ?? last_known;
    return known === null ? [] : [[id, { utilization: known, resets_at, observed_at }] as const];
  });
  return { source: "extension", observed_at: fetched_at, windows: Object.fromEntries(registers) };
}

/** What the status line said, which 0.1.0 kept apart and posts as a witness. */
export function toStatusline({ observed_at, windows }: NonNullable<StoredRow["witness"]>): SourceRecord {
  const registers = Object.entries(windows).flatMap(([id, window]): [string, Register][] =>
    window ? [[id, { ...window, observed_at }]] : [],
  );
  return { source: "statusline", observed_at, windows: Object.fromEntries(registers) };
}

export function toWindowReadings(sources: readonly SourceRecord[], id: RowWindow["id"]): WindowReading[] {
  return sources.flatMap(({ source, windows }) => {
    const register = Object.hasOwn(windows, id) ? windows[id] : undefined;
    if (!register) return [];
    const { observed_at, utilization, resets_at } = register;
    return [{ source, observed_at, utilization, resets_at }];
  });
}
