// What follows when a command has ended, as a table.
import { describe, expect, test } from "vitest";
import type { Limit } from "../../../../bridge/cli/limit/limit.ts";
import { decideNext, type Ending, type Resume } from "../../../../bridge/cli/run/decide-next.ts";

const NOW_MS = Date.UTC(2026, 10, 20, 10);
const HOUR_MS = 3_600_000;

const plan: Limit = {
  class: "plan",
  window: "seven_day",
  name: "weekly",
  resetsAtMs: NOW_MS + HOUR_MS,
  resetText: null,
  text: null,
  needsPerson: false,
  seenAtMs: NOW_MS,
};
const money: Limit = { ...plan, class: "credits", window: null, resetsAtMs: null, text: "You're out of extra usage" };
const resume: Resume = { limit: { count: 3, perMs: HOUR_MS }, restartsMs: [], maxWaitMs: Number.POSITIVE_INFINITY };

function toEnding(parts: Partial<Ending>): Ending {
  const limited = { kind: "limit", limit: plan } as const;
  const resetMs = NOW_MS + HOUR_MS;
  return {
    finding: limited,
    isInterrupted: false,
    resetMs,
    hasReadings: true,
    hasLostOutput: false,
    nowMs: NOW_MS,
    ...parts,
  };
}

function toWord(ending: Partial<Ending>, how: Resume | undefined): string {
  const next = decideNext(toEnding(ending), how);
  return next.kind === "stop" ? next.why : next.kind === "mirror" ? `mirror ${next.trouble ?? "it"}` : "wait";
}

const unknown = { resetMs: undefined };
const tripped = [1, 2, 3].map((minutes) => NOW_MS - minutes * 60_000);

describe("after the command's end", () => {
  test.each<[string, Partial<Ending>, Resume | undefined, string]>([
    ["nothing was found", { finding: undefined }, resume, "mirror it"],
    ["a throttle", { finding: { kind: "trouble", trouble: "throttle" } }, resume, "mirror throttle"],
    ["a limit, but somebody ended the run", { isInterrupted: true }, resume, "mirror it"],
    ["a limit without --resume", {}, undefined, "stopping"],
    ["a limit with --resume", {}, resume, "wait"],
    ["money that somebody must add", { finding: { kind: "limit", limit: money }, ...unknown }, resume, "stopping"],
    [
      "money that comes back by itself",
      { finding: { kind: "limit", limit: { ...money, resetText: "8pm" } } },
      resume,
      "wait",
    ],
    ["no time, but a meter", unknown, resume, "wait"],
    ["no time and no meter", { ...unknown, hasReadings: false }, resume, "stopping, because its reset time is unknown"],
    ["a time and no meter", { hasReadings: false }, resume, "wait"],
    ["beyond --max-wait", {}, { ...resume, maxWaitMs: 60_000 }, "stopping, because --max-wait is 1 min"],
    ["within --max-wait", {}, { ...resume, maxWaitMs: HOUR_MS }, "wait"],
    ["a limit that is due", { resetMs: NOW_MS - 1 }, resume, "wait"],
    [
      "three restarts in the last minutes",
      { resetMs: NOW_MS },
      { ...resume, restartsMs: tripped },
      "stopping, because --max-restarts is 3/h",
    ],
    ["the same, but the wait takes an hour", {}, { ...resume, restartsMs: tripped }, "wait"],
    [
      "no restart allowed at all",
      {},
      { ...resume, limit: { count: 0, perMs: HOUR_MS } },
      "stopping, because --max-restarts is 0/h",
    ],
  ])("%s", (_name, ending, how, word) => {
    expect(toWord(ending, how)).toBe(word);
  });
});
