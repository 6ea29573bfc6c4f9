// What becomes of a refused request: a table of who waits, until when, and who is told at once.
import { describe, expect, test } from "vitest";
import { decideWait, type Refused } from "../../../bridge/proxy/decide-wait.ts";
import type { ApiLimit, ApiLimitKind } from "../../../shared/api-limit/decide-api-limit.ts";

const NOW = Date.parse("2026-11-27T12:00:00Z");
const MINUTE = 60_000;
const rules = { hold_ms: 60 * MINUTE, grace_ms: 30_000, spread_ms: 60_000, smooth: false };

function toLimit(kind: ApiLimitKind, change: Partial<ApiLimit> = {}): ApiLimit {
  return { kind, window: null, allowed: null, endsAtMs: null, retryAtMs: null, retryOf: null, ...change };
}

const plan = toLimit("plan", { endsAtMs: NOW + 20 * MINUTE, retryAtMs: NOW + 20 * MINUTE });

function decide(change: Partial<Refused>, ruleChange: Partial<typeof rules> | { hold_ms: null } = {}) {
  const refused = { limit: plan, isHoldable: true, isHeld: false, sinceMs: NOW, tries: 0, nowMs: NOW, share: 0 };
  return decideWait({ ...refused, ...change }, { ...rules, ...ruleChange });
}

describe("a refusal of the plan", () => {
  test("is held until the reset, its grace, and the turn's own part of the spread", () => {
    expect(decide({})).toEqual({ kind: "hold", untilMs: NOW + 20 * MINUTE + 30_000 });
    expect(decide({ share: 1 })).toEqual({ kind: "hold", untilMs: NOW + 20 * MINUTE + 30_000 + 75_000 });
  });

  test("that still stands after its reset is asked about again, and not at once", () => {
    const late = toLimit("plan", { endsAtMs: NOW - 1 });
    const without = { grace_ms: 0, spread_ms: 0 };
    expect(decide({ limit: late, isHeld: true }, without)).toEqual({ kind: "hold", untilMs: NOW + 15_000 });
  });

  test.each<[string, Partial<Refused>, { hold_ms?: number | null }]>([
    ["without --hold", {}, { hold_ms: null }],
    ["of what is no turn", { isHoldable: false }, {}],
    ["that does not say when it ends", { limit: toLimit("plan") }, {}],
    ["that ends after the longest hold", {}, { hold_ms: 20 * MINUTE }],
    ["again, when too much of the longest hold is over", { isHeld: true, sinceMs: NOW - 45 * MINUTE }, {}],
  ])("passes %s", (_name, refused, ruleChange) => {
    expect(decide(refused, { ...rules, ...ruleChange })).toEqual({ kind: "pass" });
  });
});

describe("a throttle or an overload", () => {
  const smooth = { smooth: true };

  test.each<ApiLimitKind>([
    "overload",
    "throttle",
    "acceleration",
    "requests",
    "input-tokens",
    "output-tokens",
    "tokens",
    "connections",
  ])("passes unless --smooth was given: %s", (kind) => {
    expect(decide({ limit: toLimit(kind) })).toEqual({ kind: "pass" });
    expect(decide({ limit: toLimit(kind) }, smooth)).toEqual({ kind: "again", untilMs: NOW + 1_000 });
  });

  test("is asked again after twice the pause each time, five times, with up to a quarter more", () => {
    const untils = [0, 1, 2, 3, 4, 5].map((tries) => {
      const wait = decide({ limit: toLimit("overload"), tries, share: 1 }, smooth);
      return wait.kind === "pass" ? wait.kind : wait.untilMs - NOW;
    });
    expect(untils).toEqual([1_250, 2_500, 5_000, 10_000, 20_000, "pass"]);
  });

  test("is never asked before the server's own retry-after, and passes when that is too far away", () => {
    const limit = toLimit("requests", { retryAtMs: NOW + 12_000 });
    expect(decide({ limit, share: 0.4 }, smooth)).toEqual({ kind: "again", untilMs: NOW + 13_200 });
    const far = toLimit("requests", { retryAtMs: NOW + 121_000 });
    expect(decide({ limit: far }, smooth)).toEqual({ kind: "pass" });
  });

  test("cannot be left to a client whose turn is held", () => {
    expect(decide({ limit: toLimit("overload"), isHeld: true })).toMatchObject({ kind: "again" });
    expect(decide({ limit: toLimit("server"), isHeld: true })).toMatchObject({ kind: "again" });
  });
});

test.each<ApiLimitKind>(["quota", "spend", "credit", "key", "extra-usage", "server"])(
  "what no pause helps against passes: %s",
  (kind) => {
    expect(decide({ limit: toLimit(kind) }, { smooth: true })).toEqual({ kind: "pass" });
  },
);
