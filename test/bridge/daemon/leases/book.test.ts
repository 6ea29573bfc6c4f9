// How the book of a row changes: by readings, by a reset, by who ends, and by the brake.
import { describe, expect, it } from "vitest";
import {
  type Book,
  countStarts,
  decide,
  emptyBook,
  endLease,
  joinQueue,
  markReady,
  mergeReading,
} from "../../../../bridge/daemon/leases/book.ts";
import { toOwed } from "../../../../bridge/daemon/leases/lease.ts";
import { createLevel, createRunning, HOUR_MS, MINUTE_MS, NOON_MS } from "./lease-examples.ts";

const read = (book: Book, percent: number, minutes: number, resetsMs = NOON_MS + 2 * HOUR_MS) => {
  const observedMs = NOON_MS + minutes * MINUTE_MS;
  return mergeReading(book, { five_hour: createLevel(percent, { observedMs, resetsMs }) }, observedMs).book;
};
const withLeases = (leases: Book["leases"], percent: number): Book => ({
  ...emptyBook,
  leases,
  levels: { five_hour: createLevel(percent) },
});
const owedOf = (book: Book, id: string) => {
  const lease = book.leases.find((each) => each.id === id);
  return lease && toOwed(lease, "five_hour");
};
const asked = {
  id: "a",
  class: "repo/claude",
  priority: "normal",
  queuedMs: NOON_MS,
  watched: ["five_hour"],
  maxPercent: 90,
  maxAgeMs: 600_000,
  reserve: { percent: 6, spans: [] },
  given: { five_hour: 4 },
} as const;

describe("a reading", () => {
  it("counts what leases have used as seen, by what each is expected to use meanwhile", () => {
    const two = withLeases([createRunning("big", { points: 9 }), createRunning("small", { points: 3 })], 50);
    const book = read(two, 54, 5);
    expect(owedOf(book, "big")).toBeCloseTo(6);
    expect(owedOf(book, "small")).toBeCloseTo(2);
  });

  it("leaves to chats what they use", () => {
    const costs = { classes: {}, background: { five_hour: Array(4).fill({ pointsPerHour: 12, error: 0 }) } };
    const book = read({ ...withLeases([createRunning("a", { points: 4 })], 50), costs }, 52, 5);
    expect(owedOf(book, "a")).toBeCloseTo(3);
  });

  it("settles what ended before it, and not what ended after it", () => {
    const running = withLeases([createRunning("a"), createRunning("b")], 50);
    const first = endLease(running, "a", NOON_MS + MINUTE_MS).book;
    const both = endLease(first, "b", NOON_MS + 3 * MINUTE_MS).book;
    expect(read(both, 51, 2).leases.map(({ id }) => id)).toEqual(["b"]);
    expect(read(both, 51, 4).leases).toEqual([]);
  });

  it("of a new period leaves what is still owed to that period, and wakes who waits", () => {
    const { book } = joinQueue(withLeases([createRunning("a", { points: 8, seen: { five_hour: 6 } })], 90), {
      ...asked,
      id: "w",
    });
    const next = read(book, 0, 5, NOON_MS + 7 * HOUR_MS);
    expect(owedOf(next, "a")).toBe(2);
    expect(next.leases.find(({ id }) => id === "w")?.isWoken).toBe(true);
  });

  it("that is older than the last one changes nothing", () => {
    const book = withLeases([createRunning("a")], 50);
    expect(read(book, 90, -5)).toEqual(book);
  });
});

describe("the brake", () => {
  const readAgain = (book: Book, minutes: number) => {
    const observedMs = NOON_MS + minutes * MINUTE_MS;
    const percent = book.levels["five_hour"]?.percent ?? 0;
    return mergeReading(book, { five_hour: createLevel(percent, { observedMs }) }, observedMs);
  };
  const threeAt = (percent: number) => {
    const leases = ["old", "middle", "young"].map((id, index) =>
      createRunning(id, { points: 4, startedMs: NOON_MS - (60 - index) * MINUTE_MS }),
    );
    return readAgain(withLeases(leases, percent), 1);
  };

  it.each([
    { percent: 85, braked: [] },
    { percent: 92, braked: ["young"] },
    { percent: 96, braked: ["middle", "young"] },
    { percent: 100, braked: ["middle", "young"] },
  ])("at $percent % stops $braked, and never the last one", ({ percent, braked }) => {
    expect(threeAt(percent).braked).toEqual(braked);
  });

  it("is told once", () => {
    expect(readAgain(threeAt(96).book, 2).braked).toEqual([]);
  });
});

describe("who comes and goes", () => {
  it("waits until its own gate is open, then runs and counts as a start", () => {
    const joined = joinQueue(withLeases([], 50), asked).book;
    expect(decide(joined, NOON_MS, 12).grants.granted).toEqual([]);
    const { book, grants } = decide(markReady(joined, "a", true), NOON_MS, 12);
    expect(grants.granted).toEqual(["a"]);
    expect(countStarts(book, "repo/claude", NOON_MS)).toBe(1);
    expect(countStarts(book, "repo/claude", NOON_MS + 2 * HOUR_MS)).toBe(0);
  });

  it("is forgotten when it never ran, and a job to learn from when it did", () => {
    const joined = joinQueue(withLeases([createRunning("r")], 50), asked).book;
    const left = endLease(joined, "a", NOON_MS);
    expect(left.job).toBeUndefined();
    expect(left.book.leases.map(({ id }) => id)).toEqual(["r"]);
    expect(endLease(joined, "r", NOON_MS).job).toEqual({
      class: "repo/claude",
      startedMs: NOON_MS - 10 * MINUTE_MS,
      endedMs: NOON_MS,
    });
  });

  it("cannot end twice", () => {
    const once = endLease(withLeases([createRunning("r")], 50), "r", NOON_MS).book;
    expect(endLease(once, "r", NOON_MS + 1)).toEqual({ book: once, job: undefined });
  });
});
