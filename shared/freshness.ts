// What a row says now: of each window the value that counts, whose it is and how old. Computed by every reader from its own
// clock, never stored.
import { decideValue, MAX_AHEAD_MS, YOUNG_MS } from "./decide-value.ts";
import type { SourceRecord } from "./reading.ts";
import type { RowWindow, StoredRow, WindowState } from "./row.ts";
import { toRowSources, toWindowReadings } from "./row-sources.ts";
import type { UsageWindow } from "./usage-window.ts";

export type Freshness = "fresh" | "aging" | "stale";

export const FRESH_MS = 150_000;
export const AGING_MS = YOUNG_MS;

/** A forecast holds for a reading this near to its own. */
const NEAR_POINTS = 5;

export type ShownWindow = RowWindow & {
  /** Two sources contradict each other; this is the higher value. */
  disputed?: true;
  /** Nobody has read this window for as long as makes a row stale. */
  stale?: true;
};

export type Row = Omit<StoredRow, "source" | "windows" | "sources"> & {
  /** Whose the newest value of the account-wide windows is. */
  source: string;
  /** When that was true. */
  fetched_at: string;
  windows: ShownWindow[];
  /** What each source says, newest first. */
  sources: SourceRecord[];
  disputed?: true;
  age_seconds: number;
  stale: boolean;
  state: Freshness;
};

/** The row as it stands at `nowMs`: its sources weighed, freshness, window states and the binding window. */
export function toRow(stored: StoredRow, nowMs: number): Row {
  const sources = toRowSources(stored);
  const isStale = (at: string) => decideFreshness(nowMs - Date.parse(at)) === "stale";
  const weighed = stored.windows.map((window) => toWeighed(window, sources, nowMs));
  const { source, fetched_at } = toNewest(stored, weighed, sources);
  const state = decideFreshness(nowMs - Date.parse(fetched_at));
  const windows = weighed.map((window) =>
    // What an old value was heading for says nothing about now.
    isStale(window.observed_at ?? fetched_at) ? { ...window, forecast: null, stale: true as const } : window,
  );
  // What only the extension reads is as old as its reading.
  const isOldMoney = state !== "stale" && isStale(toMoneyTime(sources));
  return {
    ...stored,
    source,
    fetched_at,
    windows,
    sources,
    ...(isOldMoney && { usage: null, money: stored.money && { ...stored.money, used: null, percent: null } }),
    ...(windows.some((window) => window.disputed) && { disputed: true as const }),
    binding: decideBinding(windows),
    age_seconds: Math.max(0, Math.round((nowMs - Date.parse(fetched_at)) / 1000)),
    stale: state === "stale",
    state,
  };
}

/** The window with the value that counts of all that the sources say. */
function toWeighed(window: ShownWindow, sources: readonly SourceRecord[], nowMs: number): ShownWindow {
  const { stale, disputed, ...own } = window;
  const readings = toWindowReadings(sources, own.id);
  const { reading, isDisputed } = decideValue(readings, nowMs);
  // Without one that is dated right, nothing is known; a window that never had a value stays as it is.
  if (!reading) return toWindowAt(readings.length > 0 ? { ...own, utilization: null, last_known: null } : own, nowMs);
  const { utilization, resets_at, source, observed_at } = reading;
  const isOwn = source === (own.source ?? "extension") && utilization === (own.utilization ?? own.last_known);
  const said = { utilization, resets_at, source, observed_at, last_known: null };
  if (isOwn && !isDisputed) return toWindowAt({ ...own, ...said }, nowMs);
  const isNear = Math.abs(utilization - (own.utilization ?? Number.POSITIVE_INFINITY)) <= NEAR_POINTS;
  // The server's own words and a forecast are of the reading that they came with.
  const forecast = isNear && !isDisputed ? (own.forecast ?? null) : null;
  const other = toWindowAt({ ...own, ...said, severity: null, is_active: null, dollars: null, forecast }, nowMs);
  return isDisputed ? { ...other, disputed: true } : other;
}

/** Whose the newest value is that counts for the whole account; a look of the extension counts whatever it saw. */
function toNewest(
  stored: StoredRow,
  windows: readonly ShownWindow[],
  sources: readonly SourceRecord[],
): { source: string; fetched_at: string } {
  const extension = sources.find(({ source }) => source === "extension");
  const first = { source: extension?.source ?? stored.source, fetched_at: extension?.observed_at ?? "" };
  const newest = windows.reduce((newest, { scope, source, observed_at }) => {
    const isNewer = scope === "account" && source && observed_at && isLater(observed_at, newest.fetched_at);
    return isNewer ? { source, fetched_at: observed_at } : newest;
  }, first);
  return newest.fetched_at === "" ? { ...newest, fetched_at: stored.fetched_at } : newest;
}

function isLater(a: string, b: string): boolean {
  return b === "" || Date.parse(a) > Date.parse(b);
}

/** When money was read last: by the extension, or by who brought it along. */
function toMoneyTime(sources: readonly SourceRecord[]): string {
  return sources.find(({ source, money }) => source === "extension" || money)?.observed_at ?? "";
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
export function decideBinding(windows: readonly ShownWindow[]): string | null {
  let tightest: ShownWindow | undefined;
  for (const window of windows) {
    if (window.scope !== "account" || window.state !== "open" || window.utilization === null) continue;
    // An old number binds only where all are old.
    const order = tightest ? Number(!window.stale) - Number(!tightest.stale) : 1;
    if ((order || window.utilization - (tightest?.utilization ?? 0)) > 0) tightest = window;
  }
  return tightest?.id ?? null;
}
