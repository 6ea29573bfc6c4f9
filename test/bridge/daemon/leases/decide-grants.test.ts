// Who may begin, who waits and why.
import { describe, expect, it } from "vitest";
import { decideGrants, type GrantFacts, WAKE_STEP_MS } from "../../../../bridge/daemon/leases/decide-grants.ts";
import type { Lease, Level } from "../../../../bridge/daemon/leases/lease.ts";
import { createLease, createLevel, createRunning, HOUR_MS, MINUTE_MS, NOON_MS } from "./lease-examples.ts";

function decide(leases: readonly Lease[], levels: Record<string, Level>, facts: Partial<GrantFacts> = {}) {
  const room = { levels, background: {} };
  return decideGrants(leases, { room, nowMs: NOON_MS, hour: 12, wokenMs: 0, ...facts });
}

function toGranted(leases: readonly Lease[], percent: number, facts: Partial<GrantFacts> = {}): readonly string[] {
  return decide(leases, { five_hour: createLevel(percent) }, facts).granted;
}

describe("room", () => {
  it.each([
    { name: "4 points fit above 89.5 % with 6 % kept", percent: 89, points: 4, others: [], granted: true },
    { name: "5 do not", percent: 89, points: 5, others: [], granted: false },
    {
      name: "what runs owes its whole cost at first",
      percent: 80,
      points: 4,
      others: [createRunning("x", { points: 10 })],
      granted: false,
    },
    {
      name: "what readings have shown of it is not counted twice",
      percent: 80,
      points: 4,
      others: [createRunning("x", { points: 10, seen: { five_hour: 6 } })],
      granted: true,
    },
    {
      name: "what ended owes until a reading shows it",
      percent: 80,
      points: 4,
      others: [createRunning("x", { points: 10, state: "settling", endedMs: NOON_MS })],
      granted: false,
    },
    {
      name: "what has used all that was expected and still runs owes more",
      percent: 87,
      points: 4,
      others: [createRunning("x", { points: 12, seen: { five_hour: 12 } })],
      granted: false,
    },
    {
      name: "another window's cost is not this one's",
      percent: 80,
      points: 4,
      others: [createRunning("x", { expected: { seven_day: { points: 50, sd: 0, error: 0 } } })],
      granted: true,
    },
    { name: "from its own limit on it waits whatever is owed", percent: 90, points: 0, others: [], granted: false },
    {
      name: "a job dearer than the whole window can begin in an empty one",
      percent: 0,
      points: 150,
      others: [],
      granted: true,
    },
  ])("$name", ({ percent, points, others, granted }) => {
    expect(toGranted([...others, createLease("a", { points })], percent)).toEqual(granted ? ["a"] : []);
  });

  it("is kept for as much as jobs of a class differ", () => {
    const steady = createLease("a", { expected: { five_hour: { points: 4, sd: 0, error: 0 } } });
    const varied = createLease("a", { expected: { five_hour: { points: 4, sd: 3, error: 0 } } });
    expect(toGranted([steady], 88)).toEqual(["a"]);
    expect(toGranted([varied], 88)).toEqual([]);
  });

  it("is kept for chats as long as the job takes, and under low priority until the reset", () => {
    const room = { levels: { five_hour: createLevel(80) }, background: { five_hour: 6 } };
    expect(toGranted([createLease("a")], 80, { room })).toEqual(["a"]);
    expect(toGranted([createLease("a", { priority: "low" })], 80, { room })).toEqual([]);
    const soon = {
      levels: { five_hour: createLevel(80, { resetsMs: NOON_MS + 10 * MINUTE_MS }) },
      background: { five_hour: 6 },
    };
    expect(toGranted([createLease("a", { priority: "low" })], 80, { room: soon })).toEqual(["a"]);
  });

  it("follows the reserve of the hour", () => {
    const lease = createLease("a", { reserve: { percent: 6, spans: [{ percent: 40, fromHour: 8, toHour: 19 }] } });
    expect(toGranted([lease], 60, { hour: 12 })).toEqual([]);
    expect(toGranted([lease], 60, { hour: 3 })).toEqual(["a"]);
  });

  it("is needed in every window that is watched", () => {
    const lease = createLease("a", {
      watched: ["five_hour", "seven_day"],
      expected: { five_hour: { points: 4, sd: 0, error: 0 }, seven_day: { points: 1, sd: 0, error: 0 } },
    });
    const levels = { five_hour: createLevel(10), seven_day: createLevel(93.5, { resetsMs: NOON_MS + 48 * HOUR_MS }) };
    const { granted, blocked } = decide([{ ...lease, maxPercent: 95 }], levels);
    expect(granted).toEqual([]);
    expect(blocked.get("a")).toEqual({ kind: "window", window: "seven_day", resetsMs: NOON_MS + 48 * HOUR_MS });
  });

  it("is shared by those who come in the same moment", () => {
    const leases = ["a", "b", "c", "d", "e", "f"].map((id, index) => createLease(id, { queuedMs: NOON_MS + index }));
    expect(toGranted(leases, 80)).toEqual(["a", "b", "c"]);
  });
});

describe("the queue", () => {
  const big = createLease("big", { points: 30, queuedMs: NOON_MS - 4 });
  const small = (id: string) => createLease(id, { points: 1, queuedMs: NOON_MS });

  it("serves by priority, then by arrival", () => {
    const leases = [
      createLease("late", { queuedMs: NOON_MS + 2 }),
      createLease("low", { priority: "low", queuedMs: NOON_MS - 9 }),
      createLease("early", { queuedMs: NOON_MS + 1 }),
      createLease("high", { priority: "high", queuedMs: NOON_MS + 3 }),
    ];
    expect(toGranted(leases, 10)).toEqual(["high", "early", "late", "low"]);
  });

  it("lets smaller ones pass the head three times, and no more", () => {
    const { granted, leases, blocked } = decide([big, ...["a", "b", "c", "d"].map(small)], {
      five_hour: createLevel(70),
    });
    expect(granted).toEqual(["a", "b", "c"]);
    expect(leases.find(({ id }) => id === "big")?.passes).toBe(3);
    expect(blocked.get("d")).toEqual({ kind: "queue" });
  });

  it("does not wait for one whose own gate is closed", () => {
    expect(toGranted([{ ...big, passes: 3, isReady: false }, small("a")], 70)).toEqual(["a"]);
  });

  it("begins one after the other after a reset", () => {
    const woken = ["a", "b"].map((id, index) => createLease(id, { isWoken: true, queuedMs: NOON_MS + index }));
    const first = decide(woken, { five_hour: createLevel(0) });
    expect(first.granted).toEqual(["a"]);
    expect(first.againMs).toBe(NOON_MS + WAKE_STEP_MS);
    const second = decide(
      first.leases,
      { five_hour: createLevel(0) },
      { nowMs: NOON_MS + WAKE_STEP_MS, wokenMs: NOON_MS },
    );
    expect(second.granted).toEqual(["b"]);
  });
});
