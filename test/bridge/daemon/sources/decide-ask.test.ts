// When a source is asked: never without somebody who wants to know, and never more often than its pace, over whole days.
import { describe, expect, test } from "vitest";
import {
  type Asked,
  claudeCodePace,
  decideAsk,
  neverAsked,
  oauthPace,
} from "../../../../bridge/daemon/sources/decide-ask.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const NOW = Date.parse("2026-11-27T12:00:00.000Z");
const common = { isWanted: true, directMs: undefined, asked: neverAsked, nowMs: NOW };

describe("at one moment", () => {
  test.each([
    ["wanted, and never asked", {}, { kind: "ask" }],
    ["nobody wants to know", { isWanted: false }, { kind: "rest", reason: "nobody-asks", untilMs: NOW }],
    [
      "a direct reading is young",
      { directMs: NOW - 9 * MINUTE },
      { kind: "rest", reason: "fresh-elsewhere", untilMs: NOW + MINUTE },
    ],
    ["a direct reading is old", { directMs: NOW - 10 * MINUTE }, { kind: "ask" }],
    [
      "asked a moment ago, without an answer",
      { asked: { askedMs: NOW - MINUTE, failures: 1, share: 0 } },
      { kind: "rest", reason: "held", untilMs: NOW + 19 * MINUTE },
    ],
    ["asked by a clock that was ahead", { asked: { askedMs: NOW + DAY, failures: 3, share: 0 } }, { kind: "ask" }],
    ["read by a clock that was ahead", { directMs: NOW + DAY }, { kind: "ask" }],
    [
      "told to wait",
      { asked: { failures: 0, share: 0, heldUntilMs: NOW + 5 * MINUTE } },
      { kind: "rest", reason: "held", untilMs: NOW + 5 * MINUTE },
    ],
    ["told to wait for a year", { asked: { failures: 0, share: 0, heldUntilMs: NOW + 365 * DAY } }, { kind: "ask" }],
  ] as const)("%s", (_name, change, decision) => {
    expect(decideAsk({ ...common, ...change }, claudeCodePace)).toEqual(decision);
  });
});

describe("over a day in which somebody wants to know each minute", () => {
  /** `answers`: whether an ask at that time brings a reading. */
  function play(pace: typeof claudeCodePace, answers: (ms: number) => boolean, isWanted = true) {
    const asksMs: number[] = [];
    let asked: Asked = neverAsked;
    let directMs: number | undefined;
    for (let ms = NOW; ms < NOW + DAY; ms += MINUTE) {
      if (decideAsk({ isWanted, directMs, asked, nowMs: ms }, pace).kind !== "ask") continue;
      asksMs.push(ms);
      const isRead = answers(ms);
      if (isRead) directMs = ms;
      asked = { askedMs: ms, failures: isRead ? 0 : asked.failures + 1, share: (ms / MINUTE / 7) % 1 };
    }
    return asksMs;
  }

  test("Claude Code that answers is asked at most 144 times, and no pause is longer than eleven minutes", () => {
    const asksMs = play(claudeCodePace, () => true);
    expect(asksMs.length).toBeLessThanOrEqual(144);
    expect(toLongestPauseMs(asksMs)).toBeLessThanOrEqual(11 * MINUTE);
  });

  test("nobody is asked while nobody wants to know", () => {
    expect(play(claudeCodePace, () => true, false)).toEqual([]);
  });

  test("Claude Code without a network is asked at most twice an hour, and again soon when it is back", () => {
    const backMs = NOW + DAY / 2;
    const asksMs = play(claudeCodePace, (ms) => ms >= backMs);
    expect(asksMs.filter((ms) => ms < backMs).length).toBeLessThanOrEqual(26);
    expect((asksMs.find((ms) => ms >= backMs) ?? 0) - backMs).toBeLessThanOrEqual(32 * MINUTE);
  });

  test("the API is asked at most 96 times, and once an hour while it refuses", () => {
    expect(play(oauthPace, () => true).length).toBeLessThanOrEqual(96);
    expect(play(oauthPace, () => false).length).toBeLessThanOrEqual(27);
  });
});

function toLongestPauseMs(asksMs: readonly number[]): number {
  return Math.max(...asksMs.slice(1).map((ms, index) => ms - (asksMs[index] ?? 0)));
}
