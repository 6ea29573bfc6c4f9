// Which wake of the worker asks claude.ai, and what it makes of waits that a wrong clock has noted.
import { describe, expect, test } from "vitest";
import { decidePoll, type Trigger } from "../../extension/decide-poll.ts";
import { initialState, type MeterState, mergeBegin, mergeUnfinished } from "../../extension/meter-state.ts";
import { toIso } from "../../shared/time.ts";

const NOON = Date.UTC(2026, 10, 20, 12);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

type Poll = { state?: MeterState["poll"]["state"]; agoMs?: number; retryInMs?: number };

function toState({ state = "ok", agoMs, retryInMs }: Poll): MeterState {
  const at = agoMs === undefined ? null : toIso(NOON - agoMs);
  const retry_at = retryInMs === undefined ? null : toIso(NOON + retryInMs);
  return { ...initialState, poll: { state, at, retry_at, failures: 1 } };
}

describe("a wake polls or waits", () => {
  const limited = { state: "rate-limited", agoMs: MINUTE, retryInMs: 14 * MINUTE } as const;
  const challenged = { state: "challenge", agoMs: MINUTE, retryInMs: 4 * MINUTE } as const;
  test.each<[string, Trigger, Poll, "poll" | "wait"]>([
    ["the first", "alarm", {}, "poll"],
    ["each minute", "alarm", { agoMs: MINUTE }, "poll"],
    ["while claude.ai limits", "alarm", limited, "wait"],
    ["when that is over", "alarm", { ...limited, retryInMs: 0 }, "poll"],
    ["behind a challenge", "alarm", challenged, "wait"],
    ["a popup that is opened", "catch-up", { agoMs: 30 * SECOND }, "wait"],
    ["a popup that is opened, an alarm late", "catch-up", { agoMs: 91 * SECOND }, "poll"],
    ["a popup that is opened before any look", "catch-up", {}, "poll"],
    ["a popup that is opened behind a challenge", "catch-up", challenged, "wait"],
    ["Refresh behind a challenge", "refresh", challenged, "poll"],
    ["Refresh while claude.ai limits", "refresh", limited, "wait"],
    ["the bridge that asks", "asked", { agoMs: 5 * SECOND }, "poll"],
    ["the bridge that asks while claude.ai limits", "asked", limited, "wait"],
    ["a page to sign in", "sign-in", { state: "signed-out", agoMs: 5 * SECOND, retryInMs: 4 * MINUTE }, "poll"],
    ["a page to sign in, a moment later", "sign-in", { state: "signed-out", agoMs: 2 * SECOND }, "wait"],
    ["a page while signed in", "sign-in", { agoMs: HOUR }, "wait"],
    ["a page behind a challenge", "sign-in", challenged, "wait"],
  ])("%s (%s)", (_name, trigger, poll, expected) => {
    expect(decidePoll(toState(poll), trigger, NOON)).toBe(expected);
  });
});

describe("a wait that a wrong clock has noted is not kept", () => {
  test.each<[string, Poll, "poll" | "wait"]>([
    ["noted two hours ahead", { state: "rate-limited", agoMs: -2 * HOUR, retryInMs: 2 * HOUR + 15 * MINUTE }, "poll"],
    ["noted seconds ahead", { state: "rate-limited", agoMs: -30 * SECOND, retryInMs: 15 * MINUTE }, "wait"],
    ["longer than the ladder", { state: "challenge", agoMs: 0, retryInMs: 73 * MINUTE }, "poll"],
    ["the ladder's longest", { state: "challenge", agoMs: 0, retryInMs: 72 * MINUTE }, "wait"],
    ["as long as a server may ask", { state: "rate-limited", agoMs: 0, retryInMs: 6 * HOUR }, "wait"],
  ])("%s", (_name, poll, expected) => {
    expect(decidePoll(toState(poll), "alarm", NOON)).toBe(expected);
  });
});

describe("a look that began and did not end", () => {
  /** Minutes at which the alarm looks, when every look dies. */
  function playDyingLooks(minutes: number): number[] {
    let state = initialState;
    const looks: number[] = [];
    for (let minute = 0; minute < minutes; minute += 1) {
      const nowMs = NOON + minute * MINUTE;
      state = mergeUnfinished(state, 0);
      if (decidePoll(state, "alarm", nowMs) === "wait") continue;
      looks.push(minute);
      state = mergeBegin(state, nowMs);
    }
    return looks;
  }

  test("is a failure with a ladder of its own", () => {
    expect(playDyingLooks(60)).toEqual([0, 1, 2, 4, 9, 19, 34, 49]);
  });

  test("is made up for at once, when the browser was only closed", () => {
    const state = mergeUnfinished(mergeBegin(initialState, NOON - HOUR), 1);
    expect(decidePoll(state, "catch-up", NOON)).toBe("poll");
    expect(state.poll).toMatchObject({ state: "offline", unfinished: 1 });
  });
});
