// Which crossings and resets the user is to be told of, each of them once: per account, organisation, window, threshold
// and period from reset to reset. Pure.
import { decideFreshness, toWindowAt } from "../freshness.ts";
import { SAME_RESET_MS } from "../resets.ts";
import type { RowWindow } from "../row.ts";
import type { RowId } from "../row-id.ts";
import type { UsageWindow } from "../usage-window.ts";
import { decideLevel, isAbove, type Level } from "./level.ts";
import { isQuiet } from "./quiet-hours.ts";
import type { Told } from "./told.ts";
import type { Wishes } from "./wishes.ts";

export type NoticeRow = RowId & { fetched_at: string; windows: readonly UsageWindow[] };

/** What happened to one window that the user wants to know. */
export type Notice<Row extends NoticeRow> = { kind: "warning" | "critical" | "reset"; row: Row; window: RowWindow };

/** A window that was seen by one fresh reading. */
type Sighting<Row extends NoticeRow = NoticeRow> = { row: Row; window: RowWindow; utilization: number; level: Level };

/** The notices that are due, and what will have been told once they are shown. */
export function decideNotices<Row extends NoticeRow>(
  wishes: Wishes,
  before: readonly Told[],
  { rows, nowMs }: { rows: readonly Row[]; nowMs: number },
): { notices: Notice<Row>[]; told: Told[] } {
  const { notices: kinds } = wishes;
  const isSilent = !kinds.isOn || isQuiet(wishes.quietHours, nowMs);
  const notices: Notice<Row>[] = [];
  const told = rows
    .flatMap((row) => toSightings(row, wishes, nowMs))
    .map((sighting) => {
      const known = before.find((each) => isOf(each, sighting));
      const next = mergeTold(known, sighting);
      const kind = isSilent ? undefined : decideKind(kinds, next, sighting.level);
      if (kind) notices.push({ kind, row: sighting.row, window: sighting.window });
      return {
        ...next,
        told: kind === "warning" || kind === "critical" ? kind : next.told,
        // What nobody wants to hear is not saved up for the day they do.
        owesReset: next.owesReset && kinds.isOn && kinds.reset && kind !== "reset",
      };
    });
  const others = before.filter((each) => !told.some((next) => isSameWindow(each, next)));
  return {
    notices,
    told: [...told, ...others.filter((each) => isKept(each, nowMs))].filter(isWorthKeeping).slice(0, MAX),
  };
}

const MAX = 200;
/** Longer than any period lasts. */
const KEPT_MS = 8 * 86_400_000;
/**
 * Values flicker between two answers of the server; only so many low ones in a row are a reset before its time. Counted in
 * readings: a computer that sleeps between two of them saw nothing meanwhile.
 */
const LASTING_READINGS = 10;
const LEAST_FALL_POINTS = 10;

/**
 * What is stale, rolled or unknown says nothing, nor does a row of which nobody knows whose it is. Pools are money, and a
 * surface is not what stops the work.
 */
function toSightings<Row extends NoticeRow>(row: Row, { thresholds }: Wishes, nowMs: number): Sighting<Row>[] {
  if (row.account_uuid === null || decideFreshness(nowMs - Date.parse(row.fetched_at)) === "stale") return [];
  return row.windows.flatMap((each) => {
    const window = toWindowAt(each, nowMs);
    const { scope, utilization } = window;
    if (utilization === null || (scope !== "account" && scope !== "model")) return [];
    return [{ row, window, utilization, level: decideLevel(window, thresholds) }];
  });
}

/** The window's memory after this reading, before anything is told. */
function mergeTold(known: Told | undefined, sighting: Sighting): Told {
  const fresh = toFirst(sighting);
  if (!known) return fresh;
  const { fetched_at } = sighting.row;
  const next = { ...fresh, owesReset: !fresh.wasOver };
  if (hasReset(known, sighting)) return next;
  if (looksReset(known, sighting)) {
    const lows = fetched_at === known.seen_at ? known.lows : known.lows + 1;
    return lows < LASTING_READINGS ? { ...known, lows, seen_at: fetched_at } : next;
  }
  const wasOver = known.wasOver || fresh.wasOver;
  return { ...fresh, told: known.told, wasOver, owesReset: known.owesReset && !wasOver };
}

function toFirst({ row, window, utilization, level }: Sighting): Told {
  return {
    org_uuid: row.org_uuid,
    account_uuid: row.account_uuid,
    window: window.id,
    resets_at: window.resets_at,
    used: utilization,
    told: "normal",
    wasOver: level !== "normal",
    owesReset: false,
    lows: 0,
    seen_at: row.fetched_at,
  };
}

/** The announced moment has passed, and there is another one, or none. */
function hasReset(known: Told, { row, window }: Sighting): boolean {
  if (known.resets_at === null || known.resets_at > row.fetched_at) return false;
  return window.resets_at === null || isLater(window.resets_at, known.resets_at);
}

/** As in shared/resets.ts: a far lower value, or any lower one with a later reset. */
function looksReset(known: Told, { window, utilization }: Sighting): boolean {
  const isFall = known.used - utilization >= LEAST_FALL_POINTS && utilization < known.used / 2;
  const isMoved = known.resets_at !== null && window.resets_at !== null && isLater(window.resets_at, known.resets_at);
  return isFall || (isMoved && utilization < known.used);
}

/** Reset times jitter by a second. */
function isLater(resetsAt: string, than: string): boolean {
  return Date.parse(resetsAt) - Date.parse(than) > SAME_RESET_MS;
}

/** The highest threshold that was passed and not told; else the reset, if the window is still under all of them. */
function decideKind(kinds: Wishes["notices"], next: Told, level: Level): Notice<NoticeRow>["kind"] | undefined {
  const passed = (["critical", "warning"] as const).find((each) => !isAbove(each, level) && kinds[each]);
  if (passed && isAbove(passed, next.told)) return passed;
  return next.owesReset && kinds.reset ? "reset" : undefined;
}

function isOf(told: Told, { row, window }: Sighting): boolean {
  return isSameWindow(told, { ...row, window: window.id });
}

function isSameWindow(a: Told, b: Pick<Told, "org_uuid" | "account_uuid" | "window">): boolean {
  return a.org_uuid === b.org_uuid && a.account_uuid === b.account_uuid && a.window === b.window;
}

function isKept(told: Told, nowMs: number): boolean {
  return nowMs - Date.parse(told.seen_at) < KEPT_MS;
}

function isWorthKeeping(told: Told): boolean {
  return told.wasOver || told.owesReset;
}
