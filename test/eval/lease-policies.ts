// Who may begin: today's gate, the rule of headroom 0.1 (reservations that do not know what readings show), and our leases.
import {
  type Book,
  decide,
  emptyBook,
  endLease,
  joinQueue,
  markReady,
  mergeReading,
} from "../../bridge/daemon/leases/book.ts";
import { toExpected } from "../../bridge/daemon/leases/costs/to-expected.ts";
import { parseReserve } from "../../shared/lease/reserve.ts";
import type { JobClass, Policy, Reading } from "./play-agents.ts";

const WINDOW = "five_hour";
const MAX_PERCENT = 90;

export function createGatePolicy(): Policy {
  let percent = 0;
  return {
    mayBegin: () => percent < MAX_PERCENT,
    onEnd: () => undefined,
    onReading: (reading) => {
      percent = reading.percent;
    },
    isBraked: () => false,
    isQueue: false,
    readLearned: () => undefined,
  };
}

/** A killed holder's lease lasts longer than the afternoon; what is spent is split among open leases by what they need. */
export function createHeadroomPolicy({ freeze = 10, guess = 2 } = {}): Policy {
  const open = new Map<string, { name: JobClass; need: number; spent: number }>();
  const learned = new Map<JobClass, number[]>();
  let percent = 0;
  const toNeed = (name: JobClass) => toMedian(learned.get(name) ?? []) ?? guess;
  return {
    mayBegin: (id, name) => {
      const leased = [...open.values()].reduce((sum, { need }) => sum + need, 0);
      const need = toNeed(name);
      if (percent + leased + need > 100 - freeze) return false;
      open.set(id, { name, need, spent: 0 });
      return true;
    },
    onEnd: (id, how) => {
      const lease = open.get(id);
      if (!lease || how === "killed") return;
      open.delete(id);
      learned.set(lease.name, [...(learned.get(lease.name) ?? []), lease.spent]);
    },
    onReading: (reading) => {
      const delta = reading.percent - percent;
      percent = reading.percent;
      const total = [...open.values()].reduce((sum, { need }) => sum + need, 0);
      if (delta > 0 && total > 0) for (const lease of open.values()) lease.spent += (delta * lease.need) / total;
    },
    isBraked: () => false,
    isQueue: false,
    readLearned: (name) => toMedian(learned.get(name) ?? []),
  };
}

const HOUR_OF_DAY = 12;

export function createLeasePolicy({ reserve = "6" } = {}): Policy {
  let book: Book = emptyBook;
  const running = new Set<string>();
  const waiting = new Set<string>();
  let isOpen = true;
  const kept = parseReserve(reserve) ?? { percent: 6, spans: [] };
  const grant = (nowMs: number) => {
    const next = decide(book, nowMs, HOUR_OF_DAY);
    book = next.book;
    for (const id of next.grants.granted) running.add(id);
  };
  return {
    mayBegin: (id, name, nowMs) => {
      if (!waiting.has(id)) {
        waiting.add(id);
        const asked = { id, class: name, priority: "normal", queuedMs: nowMs, watched: [WINDOW] } as const;
        book = joinQueue(book, {
          ...asked,
          maxPercent: MAX_PERCENT,
          maxAgeMs: Number.POSITIVE_INFINITY,
          reserve: kept,
          given: {},
        }).book;
        book = markReady(book, id, true);
        isOpen = true;
      }
      // Between changes nothing can be decided otherwise.
      if (isOpen && !running.has(id)) grant(nowMs);
      isOpen = false;
      return running.has(id);
    },
    onEnd: (id, _how, nowMs) => {
      book = endLease(book, id, nowMs).book;
      waiting.delete(id);
      isOpen = true;
    },
    onReading: (reading: Reading) => {
      const { percent, resetsMs, observedMs } = reading;
      book = mergeReading(book, { [WINDOW]: { percent, resetsMs, observedMs } }, observedMs).book;
      isOpen = true;
      grant(observedMs);
    },
    isBraked: (id) => book.leases.some((lease) => lease.id === id && lease.isBraked),
    isQueue: true,
    readLearned: (name) => {
      const asked = toExpected({ class: name, given: {}, windows: [WINDOW] }, book.costs);
      return asked.source === "learned" ? asked.expected[WINDOW]?.points : undefined;
    },
  };
}

function toMedian(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
