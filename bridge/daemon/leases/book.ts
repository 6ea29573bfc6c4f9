// Everything that is known about the leases of one row, and how it changes: who comes, goes and is granted, what a reading
// shows, what jobs have cost. State in, decision out: no clock, no disk, no connection. Pure.
import type { Priority } from "../../../shared/lease/lease-wire.ts";
import type { Reserve } from "../../../shared/lease/reserve.ts";
import { extendInterval, type Interval, type OpenInterval } from "./costs/intervals.ts";
import { type Costs, type Job, learnCosts, noCosts, toQuarter } from "./costs/learn-costs.ts";
import { type Expectation, toExpected } from "./costs/to-expected.ts";
import { decideBrake } from "./decide-brake.ts";
import { decideGrants, type Grants } from "./decide-grants.ts";
import type { Lease, Level } from "./lease.ts";
import { dropSettled, mergeLevel } from "./merge-level.ts";

export type Book = {
  leases: readonly Lease[];
  levels: Readonly<Record<string, Level>>;
  costs: Costs;
  /** What costs are learned from, the oldest first. */
  intervals: readonly Interval[];
  jobs: readonly Job[];
  /** The stretch of each window that has not ended. */
  open: Readonly<Record<string, OpenInterval | undefined>>;
  wokenMs: number;
  /** When jobs of each class began within the last hour. */
  starts: Readonly<Record<string, readonly number[]>>;
};

export type Asked = {
  id: string;
  class: string;
  priority: Priority;
  queuedMs: number;
  watched: readonly string[];
  maxPercent: number;
  maxAgeMs: number;
  reserve: Reserve;
  /** What the user says that it costs, by window. */
  given: Readonly<Record<string, number>>;
};

/** Enough for 400 of each of several windows. */
const KEPT_INTERVALS = 4_000;
const KEPT_JOBS = 2_000;
const HOUR_MS = 3_600_000;

export const emptyBook: Book = {
  leases: [],
  levels: {},
  costs: noCosts,
  intervals: [],
  jobs: [],
  open: {},
  wokenMs: 0,
  starts: {},
};

export function joinQueue(book: Book, asked: Asked): { book: Book; expectation: Expectation } {
  const { given, ...own } = asked;
  const windows = [...new Set([...Object.keys(book.levels), ...asked.watched])];
  const expectation = toExpected({ class: asked.class, given, windows }, book.costs);
  const lease: Lease = {
    ...own,
    expected: expectation.expected,
    expectedMs: expectation.expectedMs,
    state: "waiting",
    startedMs: null,
    endedMs: null,
    isReady: false,
    passes: 0,
    isWoken: false,
    isBraked: false,
    seen: {},
  };
  return { book: { ...book, leases: [...book.leases.filter(({ id }) => id !== asked.id), lease] }, expectation };
}

export function markReady(book: Book, id: string, isReady: boolean): Book {
  return mapLease(book, id, (lease) => ({ ...lease, isReady }));
}

/** Under way whatever the room: it was granted by a bridge before this one. */
export function reclaim(book: Book, id: string, startedMs: number): Book {
  return mapLease(book, id, (lease) => ({ ...lease, state: "running", startedMs }));
}

/** Who waited is forgotten; who ran is settled by the next reading, and is a job to learn from. */
export function endLease(book: Book, id: string, nowMs: number): { book: Book; job: Job | undefined } {
  const lease = book.leases.find((each) => each.id === id);
  if (lease?.state !== "running" || lease.startedMs === null) {
    const leases = book.leases.filter((each) => each.id !== id || each.state === "settling");
    return { book: { ...book, leases }, job: undefined };
  }
  const job: Job = { class: lease.class, startedMs: lease.startedMs, endedMs: nowMs };
  const ended = mapLease(book, id, (each) => ({ ...each, state: "settling", endedMs: nowMs }));
  return { book: { ...ended, jobs: [...book.jobs, job].slice(-KEPT_JOBS) }, job };
}

export type Read = { book: Book; ended: readonly Interval[]; braked: readonly string[] };

/** The windows of one reading of the row; those that say nothing newer change nothing. */
export function mergeReading(book: Book, levels: Readonly<Record<string, Level>>, nowMs: number): Read {
  const ended: Interval[] = [];
  const open = { ...book.open };
  let { leases } = book;
  const background = toBackground(book.costs, nowMs);
  for (const [window, after] of Object.entries(levels)) {
    const before = book.levels[window];
    if (!before || after.observedMs <= before.observedMs) continue;
    const stretch = extendInterval(open[window], { window, before, after, leases });
    open[window] = stretch.open;
    if (stretch.ended) ended.push(stretch.ended);
    leases = mergeLevel(leases, { window, before, after }, { levels: book.levels, background });
  }
  const known = { ...book.levels, ...pickNewer(book.levels, levels) };
  const settled = dropSettled(leases, known);
  const braked = decideBrake(settled, { levels: known, background });
  const isNew = (lease: Lease) => braked.has(lease.id) && !lease.isBraked;
  const intervals = [...book.intervals, ...ended].slice(-KEPT_INTERVALS);
  return {
    ended,
    braked: settled.filter(isNew).map(({ id }) => id),
    book: {
      ...book,
      leases: settled.map((lease) => (isNew(lease) ? { ...lease, isBraked: true } : lease)),
      levels: known,
      open,
      intervals,
      costs: ended.length > 0 ? learnCosts(intervals, book.jobs, nowMs) : book.costs,
    },
  };
}

export function decide(book: Book, nowMs: number, hour: number): { book: Book; grants: Grants } {
  const room = { levels: book.levels, background: toBackground(book.costs, nowMs) };
  const grants = decideGrants(book.leases, { room, nowMs, hour, wokenMs: book.wokenMs });
  const begun = grants.leases.filter(({ id }) => grants.granted.includes(id));
  return {
    grants,
    book: {
      ...book,
      leases: grants.leases,
      wokenMs: begun.some(({ isWoken }) => isWoken) ? nowMs : book.wokenMs,
      starts: begun.reduce((starts, lease) => addStart(starts, lease.class, nowMs), book.starts),
    },
  };
}

export function countStarts(book: Book, name: string, nowMs: number, perMs = HOUR_MS): number {
  return (book.starts[name] ?? []).filter((startMs) => startMs > nowMs - perMs).length;
}

function addStart(starts: Book["starts"], name: string, nowMs: number): Book["starts"] {
  const recent = (starts[name] ?? []).filter((startMs) => startMs > nowMs - KEPT_STARTS_MS);
  return { ...starts, [name]: [...recent, nowMs].slice(-KEPT_STARTS) };
}

/** `--max-starts` counts by the day at most. */
const KEPT_STARTS_MS = 24 * HOUR_MS;
const KEPT_STARTS = 10_000;

/** What is used elsewhere at this time of the day, in points an hour. */
function toBackground({ background }: Costs, nowMs: number): Record<string, number> {
  const quarter = toQuarter(nowMs);
  return Object.fromEntries(
    Object.entries(background).map(([window, rates]) => [window, rates[quarter]?.pointsPerHour ?? 0]),
  );
}

function pickNewer(known: Book["levels"], levels: Book["levels"]): Book["levels"] {
  return Object.fromEntries(
    Object.entries(levels).filter(([window, { observedMs }]) => observedMs > (known[window]?.observedMs ?? -Infinity)),
  );
}

function mapLease(book: Book, id: string, change: (lease: Lease) => Lease): Book {
  return { ...book, leases: book.leases.map((lease) => (lease.id === id ? change(lease) : lease)) };
}
