// Which of the waiting leases may begin: first come, first served, by priority, with room for a smaller one to go first a
// few times. Pure.

import type { Priority } from "../../../shared/lease/lease-wire.ts";
import { decideReserve } from "../../../shared/lease/reserve.ts";
import { isActive, type Lease, type Level, nothing, type Room, toOwed, toOwedDoubt } from "./lease.ts";

export type Blocked =
  /** Its own gate is closed. */
  | { kind: "gate" }
  /** Nobody knows how much is left. */
  | { kind: "stale"; window: string }
  /** Not enough is left of this window. */
  | { kind: "window"; window: string; resetsMs: number | null }
  /** There is room, and others come first. */
  | { kind: "queue" }
  /** Those that a reset woke begin one after the other. */
  | { kind: "turn"; atMs: number };

/** The next state of every lease, who begins, and why the others wait. */
export type Grants = {
  leases: readonly Lease[];
  granted: readonly string[];
  blocked: ReadonlyMap<string, Blocked>;
  /** When to decide again though nothing has changed. */
  againMs: number | undefined;
};

export type GrantFacts = {
  room: Room;
  nowMs: number;
  /** Of the user's day, 0 to 23. */
  hour: number;
  /** When the last of those that a reset woke began. */
  wokenMs: number;
};

const MAX_PASSES = 3;
/** Between two that a reset woke: each is seen to begin before the next one does. */
export const WAKE_STEP_MS = 1_000;
/** The server tells whole points. */
const ROUNDING = 0.5;
/** One in fifteen sums of what is owed may be larger than what is kept for it. */
const MARGIN_SDS = 1.5;
/** Low priority leaves what people use until the reset, and no later than this. */
const LOW_AHEAD_MS = 5 * 3_600_000;
/** A job dearer than this share of a window would never find room. */
const LARGEST_SHARE = 0.5;
const HOUR_MS = 3_600_000;
const HALF_HOUR_MS = HOUR_MS / 2;

const order: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 };

export function decideGrants(leases: readonly Lease[], facts: GrantFacts): Grants {
  const next = new Map(leases.map((lease) => [lease.id, lease]));
  const blocked = new Map<string, Blocked>();
  const granted: string[] = [];
  let { wokenMs } = facts;
  const owed = toOwedBy(leases);
  /** Ready ones that found no room, in front of whoever comes now. */
  const ahead: string[] = [];
  /** Of one of them. */
  let mostPasses = 0;
  for (const lease of toQueue(leases)) {
    const why = findBlock(lease, owed, { ...facts, wokenMs }) ?? (mostPasses >= MAX_PASSES ? queued : undefined);
    if (why) {
      blocked.set(lease.id, why);
      if (why.kind === "gate") continue;
      ahead.push(lease.id);
      mostPasses = Math.max(mostPasses, lease.passes);
      continue;
    }
    const running: Lease = { ...lease, state: "running", startedMs: facts.nowMs };
    granted.push(lease.id);
    next.set(lease.id, running);
    addOwed(owed, running);
    if (lease.isWoken) wokenMs = facts.nowMs;
    if (ahead.length > 0) mostPasses += 1;
    for (const id of ahead) {
      const passed = next.get(id);
      if (passed) next.set(id, { ...passed, passes: passed.passes + 1 });
    }
  }
  return { leases: [...next.values()], granted, blocked, againMs: findAgainMs(leases, blocked, facts.nowMs) };
}

const queued: Blocked = { kind: "queue" };

/** Turns come by themselves, and reserves change with the hour, which begins at half past in some places. */
function findAgainMs(leases: readonly Lease[], blocked: Grants["blocked"], nowMs: number): number | undefined {
  const moments = leases.flatMap((lease) => {
    const why = blocked.get(lease.id);
    if (!why || why.kind === "gate") return [];
    if (why.kind === "turn") return [why.atMs];
    return lease.reserve.spans.length > 0 ? [Math.ceil((nowMs + 1) / HALF_HOUR_MS) * HALF_HOUR_MS] : [];
  });
  return moments.length > 0 ? Math.min(...moments) : undefined;
}

/** The order in which waiting leases are served. */
export function toQueue(leases: readonly Lease[]): readonly Lease[] {
  return leases
    .filter(({ state }) => state === "waiting")
    .toSorted((a, b) => order[a.priority] - order[b.priority] || a.queuedMs - b.queuedMs || (a.id < b.id ? -1 : 1));
}

/** What the active leases still owe to each window. */
type Owed = Map<string, { points: number; variance: number; error: number }>;

const none = { points: 0, variance: 0, error: 0 };

function toOwedBy(leases: readonly Lease[]): Owed {
  const owed: Owed = new Map();
  for (const lease of leases.filter(isActive)) addOwed(owed, lease);
  return owed;
}

function addOwed(owed: Owed, lease: Lease): void {
  for (const window of Object.keys(lease.expected)) {
    const { points, variance, error } = owed.get(window) ?? none;
    const doubt = toOwedDoubt(lease, window);
    owed.set(window, {
      points: points + toOwed(lease, window),
      variance: variance + doubt.variance,
      error: error + doubt.error,
    });
  }
}

function findBlock(lease: Lease, owed: Owed, facts: GrantFacts): Blocked | undefined {
  if (!lease.isReady) return { kind: "gate" };
  for (const window of lease.watched) {
    const level = facts.room.levels[window];
    // Its own gate answers for a window without a value.
    if (!level) continue;
    if (facts.nowMs - level.observedMs > lease.maxAgeMs) return { kind: "stale", window };
    if (!hasRoom({ lease, window, level }, owed, facts)) return { kind: "window", window, resetsMs: level.resetsMs };
  }
  const turnMs = facts.wokenMs + WAKE_STEP_MS;
  return lease.isWoken && facts.nowMs < turnMs ? { kind: "turn", atMs: turnMs } : undefined;
}

type Wanted = { lease: Lease; window: string; level: Level };

function hasRoom({ lease, window, level }: Wanted, owed: Owed, { room, nowMs, hour }: GrantFacts): boolean {
  const resetsMs = level.resetsMs ?? Number.POSITIVE_INFINITY;
  const percent = nowMs < resetsMs ? level.percent : 0;
  if (percent >= lease.maxPercent) return false;
  const free = 100 - decideReserve(lease.reserve, hour);
  const own = lease.expected[window] ?? nothing;
  const others = owed.get(window) ?? none;
  const points = others.points + Math.min(own.points, free * LARGEST_SHARE);
  const margin = MARGIN_SDS * Math.sqrt(others.variance + own.sd ** 2 + (others.error + own.error) ** 2);
  const untilResetMs = nowMs < resetsMs ? resetsMs - nowMs : Number.POSITIVE_INFINITY;
  const aheadMs = Math.min(lease.priority === "low" ? LOW_AHEAD_MS : lease.expectedMs, untilResetMs);
  const unseenMs = Math.max(0, nowMs - level.observedMs);
  const elsewhere = ((room.background[window] ?? 0) * (aheadMs + unseenMs)) / HOUR_MS;
  return percent + ROUNDING + points + margin + elsewhere <= free;
}
