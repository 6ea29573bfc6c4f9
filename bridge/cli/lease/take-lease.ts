// The gate and the lease behind it: a place in the queue first, then the own gate, then the grant. Without a bridge, the gate
// alone, as the user wants it.
import { randomUUID } from "node:crypto";
import type { LeaseAsk } from "../../../shared/lease/lease-wire.ts";
import { toIso } from "../../../shared/time.ts";
import type { GateOptions } from "../gate/gate-options.ts";
import { toWatched } from "../gate/watched.ts";
import type { GuardExit } from "../guard/news.ts";
import { readRow } from "../row/read-row.ts";
import type { RestartLimit } from "../run/restart-limit.ts";
import type { LeaseOptions } from "./lease-options.ts";
import { type LeaseAnswer, type NoLease, type OpenLease, openLease, type Place, type Refused } from "./open-lease.ts";

export type WantedLease = LeaseOptions & {
  class: string;
  account: string | undefined;
  guard: GateOptions;
  /** What the numbers say is no condition: the gate knows better. */
  needsReadings: boolean;
  maxStarts: RestartLimit | undefined;
  forPid: number | undefined;
  label: string | null;
  abort: AbortSignal | undefined;
};

/** none: no bridge, or no row that it could be a lease of. */
export type LeaseNews =
  | { kind: "place"; place: Place }
  | { kind: "granted" }
  | { kind: "refused"; refused: Refused }
  | { kind: "none"; why: NoLease | "no-row" }
  | { kind: "brake" };

/** What the run or guard behind it ends with; a lease only with "done". */
export type Taken = { exit: GuardExit; lease: OpenLease | undefined };

/** `gate` resolves when the gate has decided; with a place in the queue there is no need to spread out. */
export type Gate = (hasPlace: boolean) => Promise<GuardExit>;

export async function takeLease(wanted: WantedLease, gate: Gate, onNews: (news: LeaseNews) => void): Promise<Taken> {
  const startedMs = Date.now();
  let isStale = () => {};
  const stale = new Promise<"stale">((resolve) => {
    isStale = () => resolve("stale");
  });
  const open = () => {
    const ask = toAsk(wanted, startedMs);
    if (!ask) return undefined;
    return openLease(ask, {
      onBrake: () => onNews({ kind: "brake" }),
      onPlace: (place) => {
        // While its own gate is closed, that one speaks.
        if (place.blocked_by === "gate" || place.blocked_by === null) return;
        onNews({ kind: "place", place });
        if (place.blocked_by === "stale" && wanted.guard.onUnknown === "fail") isStale();
      },
    });
  };
  const without = async (why: NoLease | "no-row"): Promise<Taken> => {
    onNews({ kind: "none", why });
    return { exit: wanted.onNoLease === "fail" ? "unknown" : "done", lease: undefined };
  };

  let lease = open();
  try {
    const exit = await gate((await lease?.joined) ?? false);
    if (exit !== "done") {
      lease?.end();
      return { exit, lease: undefined };
    }
    // The row may have come while the gate was closed.
    lease ??= open();
    if (!lease) return await without("no-row");
    lease.setReady(true);
    const answer = await Promise.race([lease.answer, stale, toDeadline(wanted, startedMs)]);
    return await conclude(answer, lease, { gate, onNews, without });
  } catch (error) {
    lease?.end();
    throw error;
  }
}

type Ways = { gate: Gate; onNews: (news: LeaseNews) => void; without: (why: NoLease) => Promise<Taken> };

async function conclude(answer: LeaseAnswer | "stale" | "late", lease: OpenLease, ways: Ways): Promise<Taken> {
  if (answer === "stale" || answer === "late") {
    lease.end();
    return { exit: answer === "stale" ? "unknown" : "over", lease: undefined };
  }
  if (answer.kind === "granted") {
    ways.onNews(answer);
    return { exit: "done", lease };
  }
  if (answer.kind === "none") {
    const taken = await ways.without(answer.why);
    // It waited in a queue that is gone; whoever did so as well must not begin in the same moment.
    return taken.exit === "done" ? { exit: await ways.gate(false), lease: undefined } : taken;
  }
  // Nothing is known of the row at the bridge, so nobody can promise anything of it.
  if (answer.refused.reason === "unknown-row") return await ways.without("older");
  ways.onNews(answer);
  return { exit: "over", lease: undefined };
}

/** Undefined while nobody knows which row this is about. */
function toAsk(wanted: WantedLease, nowMs: number): LeaseAsk | undefined {
  const reading = readRow(wanted.account, nowMs);
  if (reading.kind !== "row") return undefined;
  const { guard, maxStarts } = wanted;
  const { row } = reading;
  return {
    type: "ask",
    id: randomUUID(),
    org_uuid: row.org_uuid,
    account_uuid: row.account_uuid,
    class: wanted.class,
    priority: wanted.priority,
    windows: toWatched(row, guard).windows.map(({ id }) => id),
    max_percent: guard.maxPercent,
    reserve: wanted.reserve,
    cost: { ...wanted.cost },
    max_age_ms: wanted.needsReadings && guard.onUnknown !== "go" ? guard.maxAgeMs : null,
    queued_at: toIso(nowMs),
    held_since: null,
    wait: guard.wait,
    max_starts: maxStarts ? { count: maxStarts.count, per_ms: maxStarts.perMs } : null,
    pid: process.pid,
    for_pid: wanted.forPid ?? null,
    label: wanted.label,
  };
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** `--max-wait`, or an interruption, which rejects. */
function toDeadline({ guard, abort }: WantedLease, startedMs: number): Promise<"late"> {
  return new Promise((resolve, reject) => {
    const leftMs = startedMs + guard.maxWaitMs - Date.now();
    // Without waiting the answer comes at once, and no answer is the bridge's end.
    if (guard.wait && Number.isFinite(leftMs))
      setTimeout(() => resolve("late"), Math.min(leftMs, LONGEST_TIMER_MS)).unref();
    const onAbort = () => reject(new DOMException("interrupted", "AbortError"));
    if (abort?.aborted) onAbort();
    abort?.addEventListener("abort", onAbort, { once: true });
  });
}
