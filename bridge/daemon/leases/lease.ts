// A lease: work that is under way or waits to begin, what it will cost, and what of that the readings show already. Plain
// data, so that the same rules can decide over leases that several machines share. Pure.
import type { Priority } from "../../../shared/lease/lease-wire.ts";
import type { Reserve } from "../../../shared/lease/reserve.ts";

/**
 * Points of one window; `sd` is how far a job of its class usually is off, and `error` how far all of them are off
 * together, because nobody knows better.
 */
export type Expected = { points: number; sd: number; error: number };

/** settling: it has ended, and no reading is newer than its end. */
export type LeaseState = "waiting" | "running" | "settling";

export type Lease = {
  id: string;
  class: string;
  priority: Priority;
  state: LeaseState;
  queuedMs: number;
  startedMs: number | null;
  endedMs: number | null;
  /** Its own gate lets it go on; until then it only keeps its place. */
  isReady: boolean;
  /** How many later ones went first. */
  passes: number;
  /** A reset came while it waited. */
  isWoken: boolean;
  isBraked: boolean;
  /** Windows that hold it back, and from which percentage on whatever is owed. */
  watched: readonly string[];
  maxPercent: number;
  /** Numbers older than this grant nothing. */
  maxAgeMs: number;
  reserve: Reserve;
  /** By window, also those that it does not watch: its use counts there for others. */
  expected: Readonly<Record<string, Expected>>;
  expectedMs: number;
  /** Points of each window that readings have shown of it. */
  seen: Readonly<Record<string, number>>;
};

export type Level = {
  percent: number;
  resetsMs: number | null;
  /** When the percentage was true. */
  observedMs: number;
};

/** What is known of the row that leases are about. */
export type Room = {
  levels: Readonly<Record<string, Level>>;
  /** What chats and other machines use, in points an hour. */
  background: Readonly<Record<string, number>>;
};

/** A job that has used what was expected and still runs will use more: this share of what its class usually takes. */
const OVERRUN_SHARE = 0.25;

/** Points that are still to come, as far as anybody can tell. */
export function toOwed({ state, expected, seen }: Lease, window: string): number {
  if (state === "waiting") return 0;
  const points = expected[window]?.points ?? 0;
  const left = points - (seen[window] ?? 0);
  return Math.max(left, state === "running" ? points * OVERRUN_SHARE : 0);
}

/** How uncertain it is shrinks with what is owed. */
export function toOwedDoubt(lease: Lease, window: string): { variance: number; error: number } {
  const { points, sd, error } = lease.expected[window] ?? nothing;
  const share = points > 0 ? Math.min(1, toOwed(lease, window) / points) : 0;
  return { variance: sd ** 2 * share, error: error * share };
}

export const nothing: Expected = { points: 0, sd: 0, error: 0 };

export function isActive({ state }: Lease): boolean {
  return state !== "waiting";
}
