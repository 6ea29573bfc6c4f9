// Whether a row lets work go on: go, over the limit, or in doubt and why. Pure.
import type { Money } from "../../../shared/claude-ai/money.ts";
import { decideFreshness } from "../../../shared/freshness.ts";
import type { RowWindow } from "../../../shared/row.ts";
import { toWindowLengthMs } from "../../../shared/window-length.ts";
import type { RowReading } from "../row/read-row.ts";
import type { GateLimits } from "./gate-options.ts";
import { toWatched } from "./watched.ts";

/** Why a gate can not say go: a closed list of codes. */
export type Doubt =
  | "no-data"
  | "damaged"
  | "unknown-account"
  | "ambiguous-account"
  | "unreadable-login"
  | "future-dated"
  | "stale"
  | "unreadable"
  | "unknown-window"
  | "rolled"
  | "unknown-value"
  | "unknown-money"
  | "no-windows";

/** What one watched window said, or "money"; its utilization is null only for money without a percentage. */
export type WindowLevel = { window: string; utilization: number | null; resets_at: string | null };
/** What keeps work waiting. Without a `resetMs` nobody knows until when. */
export type Binding = WindowLevel & {
  resetMs: number | undefined;
  /** Only of a window that is not over the limit: when it is forecast to be full. */
  fullMs?: number;
};

export type GateDecision =
  | { verdict: "go"; levels: readonly WindowLevel[]; fetchedMs: number; isFresh: boolean }
  | { verdict: "over"; binding: Binding; fetchedMs: number | undefined }
  | { verdict: "doubt"; reason: Doubt; window: string | null; fetchedMs: number | undefined };

const RESET_TOLERANCE_MS = 300_000;
/** A window whose name does not tell its length is at most monthly. */
const LONGEST_MS = 31 * 86_400_000;

export function decideGate(reading: RowReading, limits: GateLimits, nowMs: number): GateDecision {
  if (reading.kind !== "row") return toDoubt(reading.kind, null);
  const { row } = reading;
  const rowMs = Date.parse(row.fetched_at);
  if (nowMs < rowMs && decideFreshness(nowMs - rowMs) === "stale") return toDoubt("future-dated", null, rowMs);
  if (!(nowMs - rowMs <= limits.maxAgeMs)) return toDoubt("stale", null, rowMs);

  const { windows: watched, unseen } = toWatched(row, limits);
  const readMs = (window: RowWindow) => (window.observed_at === undefined ? rowMs : Date.parse(window.observed_at));
  const isTooOld = (window: RowWindow) => !(nowMs - readMs(window) <= limits.maxAgeMs);
  const windows = watched.filter((window) => !isTooOld(window));
  // A wait is over when all that it watches has been read since.
  const fetchedMs = Math.min(rowMs, ...watched.map(readMs));
  const money = decideMoney(row.money, limits.moneyMaxPercent);
  const over = windows
    .filter((window) => (window.utilization ?? -1) >= limits.maxPercent)
    .map((window): Binding => ({ ...toLevel(window), resetMs: toTrustedResetMs(window, nowMs) }));
  if (money.kind === "over") {
    over.push({ window: "money", utilization: money.percent, resets_at: null, resetMs: undefined });
  }
  // A forecast only adds to what holds work back: a window without one is judged by its value alone.
  const held = over.length > 0 ? over : windows.flatMap((window) => toSoonFull(window, limits, nowMs));
  if (held.length > 0) return { verdict: "over", binding: held.reduce(toLater), fetchedMs };

  const old = watched.find(isTooOld);
  if (old) return toDoubt("stale", old.id, readMs(old));
  if (unseen) return toDoubt(unseen.reason, unseen.window, fetchedMs);
  const unknown = windows.find((window) => window.utilization === null);
  if (unknown) return toDoubt(unknown.state === "rolled" ? "rolled" : "unknown-value", unknown.id, fetchedMs);
  if (money.kind === "unknown") return toDoubt("unknown-money", "money", fetchedMs);
  if (windows.length === 0 && money.kind === "unwatched") return toDoubt("no-windows", null, fetchedMs);
  return {
    verdict: "go",
    levels: windows.map(toLevel),
    fetchedMs,
    isFresh: decideFreshness(nowMs - fetchedMs) === "fresh",
  };
}

function toSoonFull(window: RowWindow, { forecastMs }: GateLimits, nowMs: number): Binding[] {
  const fullAt = window.forecast?.exhausted_at;
  if (forecastMs === undefined || !fullAt) return [];
  const fullMs = Date.parse(fullAt);
  if (fullMs - nowMs > forecastMs) return [];
  return [{ ...toLevel(window), resetMs: toTrustedResetMs(window, nowMs), fullMs }];
}

/** Of several full windows the last to start again decides, and one whose reset nobody knows is later than any. */
function toLater(a: Binding, b: Binding): Binding {
  return (b.resetMs ?? Number.POSITIVE_INFINITY) > (a.resetMs ?? Number.POSITIVE_INFINITY) ? b : a;
}

function toLevel({ id, utilization, resets_at }: RowWindow): WindowLevel {
  return { window: id, utilization, resets_at };
}

/** Undefined when no window of this kind can start again so late: then the date is a slip, not worth waiting for. */
export function toTrustedResetMs(window: Pick<RowWindow, "id" | "resets_at">, nowMs: number): number | undefined {
  if (window.resets_at === null) return undefined;
  const resetMs = Date.parse(window.resets_at);
  return resetMs - nowMs <= (toWindowLengthMs(window.id) ?? LONGEST_MS) + RESET_TOLERANCE_MS ? resetMs : undefined;
}

function toDoubt(reason: Doubt, window: string | null, fetchedMs?: number): GateDecision {
  return { verdict: "doubt", reason, window, fetchedMs };
}

/** No reading mends these: the user has to say which account, or what to watch. */
export function isLasting(doubt: Doubt): boolean {
  return (
    doubt === "unknown-account" ||
    doubt === "ambiguous-account" ||
    doubt === "unreadable-login" ||
    doubt === "no-windows"
  );
}

export type MoneyDecision = { kind: "under" | "unknown" | "unwatched" } | { kind: "over"; percent: number | null };

/** "unwatched": nothing can be spent here, so money says nothing about going on. */
export function decideMoney(money: Money | null, maxPercent: number | undefined): MoneyDecision {
  if (maxPercent === undefined || money === null) return { kind: "unwatched" };
  const percent = toMoneyPercent(money);
  if (money.out_of_credits) return { kind: "over", percent };
  if (!money.enabled) return { kind: "unwatched" };
  if (percent === null) return { kind: "unknown" };
  return percent < maxPercent ? { kind: "under" } : { kind: "over", percent };
}

/** Null when unknown: without a known limit the server says 0 % whatever was spent. */
export function toMoneyPercent({ used, limit, percent }: Money): number | null {
  if (used === 0) return 0;
  return percent === 0 && limit === null ? null : percent;
}
