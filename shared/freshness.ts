// How old a row is and what each of its windows says now. Computed by every reader from its own clock, never stored.
import { applyWitness } from "./apply-witness.ts";
import type { RowWindow, StoredRow, WindowState } from "./row.ts";
import type { UsageWindow } from "./usage-window.ts";

export type Freshness = "fresh" | "aging" | "stale";

export const FRESH_MS = 150_000;
export const AGING_MS = 600_000;
/** A row dated later than this ahead of the reader's clock is doubt, so it counts as stale. */
export const MAX_AHEAD_MS = 120_000;

export type Row = StoredRow & {
  /** Two sources contradict each other; the windows hold the higher values. */
  disputed?: true;
  age_seconds: number;
  stale: boolean;
  state: Freshness;
};

/** The row as it stands at `nowMs`: its sources weighed, freshness, window states and the binding window. */
export function toRow(stored: StoredRow, nowMs: number): Row {
  const weighed = applyWitness(stored, (at) => decideFreshness(nowMs - Date.parse(at)) === "stale");
  const ageMs = nowMs - Date.parse(weighed.fetched_at);
  const state = decideFreshness(ageMs);
  const isStale = state === "stale";
  // What an old value was heading for says nothing about now.
  const windows = weighed.windows.map((window) => toWindowAt(isStale ? { ...window, forecast: null } : window, nowMs));
  return {
    ...weighed,
    windows,
    binding: decideBinding(windows),
    age_seconds: Math.max(0, Math.round(ageMs / 1000)),
    stale: isStale,
    state,
  };
}

export function decideFreshness(ageMs: number): Freshness {
  if (!(ageMs >= -MAX_AHEAD_MS && ageMs <= AGING_MS)) return "stale";
  return ageMs <= FRESH_MS ? "fresh" : "aging";
}

/** A window whose reset has passed says nothing any more: its value moves to `last_known`. */
export function toWindowAt(window: UsageWindow & Partial<RowWindow>, nowMs: number): RowWindow {
  const known = window.utilization ?? window.last_known ?? null;
  const state = decideWindowState(known, window.resets_at, nowMs);
  return {
    ...window,
    utilization: state === "rolled" ? null : known,
    state,
    last_known: state === "rolled" ? known : null,
    forecast: (state === "open" && window.forecast) || null,
  };
}

function decideWindowState(utilization: number | null, resetsAt: string | null, nowMs: number): WindowState {
  if (utilization === null) return "unknown";
  if (resetsAt !== null && nowMs >= Date.parse(resetsAt)) return "rolled";
  return utilization === 0 && resetsAt === null ? "idle" : "open";
}

/** The fullest open window that binds the whole account; of two equal ones the first in the row's order. */
export function decideBinding(windows: readonly RowWindow[]): string | null {
  let tightest: RowWindow | undefined;
  for (const window of windows) {
    if (window.scope !== "account" || window.state !== "open" || window.utilization === null) continue;
    if (window.utilization > (tightest?.utilization ?? -1)) tightest = window;
  }
  return tightest?.id ?? null;
}
