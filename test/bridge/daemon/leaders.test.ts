// Who reads a row: what browsers say as they are heard, and whom the bridge names.
import { beforeEach, describe, expect, test } from "vitest";
import { createLeaders, type Leaders } from "../../../bridge/daemon/leaders.ts";
import type { PollReport } from "../../../shared/protocol.ts";
import { toIso } from "../../../shared/time.ts";
import { ACCOUNT_UUID, ORG_UUID } from "../../shared/wire-examples.ts";

const row = { org_uuid: ORG_UUID, account_uuid: ACCOUNT_UUID };
const second = { org_uuid: "00000000-0000-4000-8000-0000000000b2", account_uuid: ACCOUNT_UUID };
const MINUTE_MS = 60_000;

let nowMs: number;
let leaders: Leaders;

beforeEach(() => {
  nowMs = 0;
  leaders = createLeaders(() => nowMs);
});

type Said = { poll?: Partial<PollReport>; reads?: (typeof row)[]; tells?: boolean };

function hear(install: string, { poll = {}, reads = [row], tells = false }: Said = {}): void {
  leaders.note({ install, poll: { state: "ok", at: toIso(nowMs), retry_at: null, ...poll }, reads, tells });
}

function readLeader(of = row): string | undefined {
  return leaders.findReaders(of)[0];
}

describe("one browser leads", () => {
  test("the first that is heard, for as long as it is heard each minute", () => {
    hear("work");
    for (let minute = 0; minute < 30; minute += 1) {
      hear("home");
      expect(readLeader()).toBe("work");
      nowMs += MINUTE_MS;
      hear("work");
    }
  });

  test("each row by itself", () => {
    hear("work", { reads: [row] });
    hear("home", { reads: [row, second] });
    expect([readLeader(row), readLeader(second)]).toEqual(["work", "home"]);
  });

  test("none of a row that nobody reads", () => {
    expect(leaders.findReaders(row)).toEqual([]);
    expect(leaders.readLeads("work")).toEqual([]);
  });
});

describe("another takes over", () => {
  test("when the leader is silent, whatever the phase, within 150 s of its last word, and only one does", () => {
    for (let phaseMs = 1; phaseMs <= MINUTE_MS; phaseMs += 997) {
      nowMs = 0;
      leaders = createLeaders(() => nowMs);
      hear("work");
      const asked = ["home", "laptop"].flatMap((install, index) =>
        [0, 1, 2, 3].map((minute) => ({ install, atMs: phaseMs + index * 100 + minute * MINUTE_MS })),
      );
      const successors = new Map<string | undefined, number>();
      for (const { install, atMs } of asked.toSorted((a, b) => a.atMs - b.atMs)) {
        nowMs = atMs;
        hear(install);
        if (readLeader() !== "work" && !successors.has(readLeader())) successors.set(readLeader(), nowMs);
      }
      expect(successors.size).toBe(1);
      for (const tookOverMs of successors.values()) {
        expect(tookOverMs).toBeGreaterThan(90_000);
        expect(tookOverMs).toBeLessThanOrEqual(150_000);
      }
    }
  });

  test.each(["signed-out", "challenge", "no-access", "offline", "changed"] as const)(
    "at its next word when the leader says %s",
    (state) => {
      hear("work");
      hear("home");
      nowMs += MINUTE_MS;
      hear("work", { poll: { state } });
      hear("home");
      expect(readLeader()).toBe("home");
    },
  );

  test("when the leader has signed in to another account", () => {
    hear("work");
    hear("work", { reads: [] });
    hear("home");
    expect(readLeader()).toBe("home");
  });

  test("never one that can not read either", () => {
    hear("work");
    nowMs += 10 * MINUTE_MS;
    hear("home", { poll: { state: "signed-out" } });
    expect(readLeader()).toBe("work");
  });

  test("and the old leader stands by when it is back", () => {
    hear("work");
    nowMs += 2 * MINUTE_MS;
    hear("home");
    hear("work");
    expect(readLeader()).toBe("home");
  });

  test("whatever the browsers' clocks say", () => {
    hear("work", { poll: { at: "2026-11-27T11:00:00.000Z" } });
    nowMs += MINUTE_MS;
    hear("home", { poll: { at: "2026-11-27T13:00:00.000Z" } });
    expect(readLeader()).toBe("work");
    nowMs += MINUTE_MS;
    hear("home", { poll: { at: "2026-11-27T09:00:00.000Z" } });
    expect(readLeader()).toBe("home");
  });
});

describe("a wait that claude.ai asked for", () => {
  const limited = (minutes: number): Partial<PollReport> => {
    // An hour behind: only how far apart the two are counts.
    const at = toIso(nowMs + 3_600_000);
    return { state: "rate-limited", at, retry_at: toIso(nowMs + 3_600_000 + minutes * MINUTE_MS) };
  };
  const readWaitMs = (install: string) => leaders.readLeads(install)[0]?.waitMs;

  test("is everybody's, and not longer for being told again", () => {
    hear("work");
    hear("home");
    const failed = limited(15);
    hear("work", { poll: failed });
    expect([readWaitMs("work"), readWaitMs("home")]).toEqual([15 * MINUTE_MS, 15 * MINUTE_MS]);
    for (let minute = 1; minute <= 15; minute += 1) {
      nowMs += MINUTE_MS;
      hear("work", { poll: failed });
      hear("home", { poll: { at: toIso(0) } });
    }
    expect([readWaitMs("work"), readWaitMs("home"), readLeader()]).toEqual([0, 0, "work"]);
  });

  test("ends with the first new reading, not with an older one told again", () => {
    hear("home");
    hear("work", { poll: limited(15) });
    nowMs += MINUTE_MS;
    hear("home", { poll: { at: toIso(0) } });
    expect(readWaitMs("home")).toBe(14 * MINUTE_MS);
    hear("work");
    expect(readWaitMs("home")).toBe(0);
  });

  test("is never longer than an extension's own longest", () => {
    hear("work");
    hear("work", { poll: limited(24 * 60) });
    expect(readWaitMs("work")).toBe(75 * MINUTE_MS);
  });
});
