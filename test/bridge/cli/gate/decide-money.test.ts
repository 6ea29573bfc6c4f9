// What --money-max says about paid usage.
import { expect, test } from "vitest";
import { decideMoney } from "../../../../bridge/cli/gate/decide-gate.ts";
import type { Money } from "../../../../shared/claude-ai/money.ts";

const money = (more: Partial<Money>): Money => ({
  enabled: true,
  used: 10,
  limit: 50,
  currency: "USD",
  percent: 20,
  out_of_credits: false,
  disabled_reason: null,
  ...more,
});

test.each([
  { name: "not asked for", money: money({ percent: 99 }), max: undefined, kind: "unwatched" },
  { name: "not reported", money: null, max: 80, kind: "unwatched" },
  { name: "below", money: money({ percent: 79.9 }), max: 80, kind: "under" },
  { name: "equal", money: money({ percent: 80 }), max: 80, kind: "over" },
  { name: "above", money: money({ percent: 130 }), max: 80, kind: "over" },
  {
    name: "switched off: nothing can be spent",
    money: money({ enabled: false, percent: 99 }),
    max: 80,
    kind: "unwatched",
  },
  {
    name: "out of credits",
    money: money({ enabled: false, percent: 99, out_of_credits: true }),
    max: 80,
    kind: "over",
  },
  {
    name: "out of credits, percent unknown",
    money: money({ percent: null, out_of_credits: true }),
    max: 80,
    kind: "over",
  },
  { name: "out of credits, not asked for", money: money({ out_of_credits: true }), max: undefined, kind: "unwatched" },
  { name: "percent unknown", money: money({ percent: null }), max: 80, kind: "unknown" },
  {
    name: "spent without a known limit: 0 % is no number",
    money: money({ limit: null, percent: 0 }),
    max: 80,
    kind: "unknown",
  },
  { name: "nothing spent, no known limit", money: money({ used: 0, limit: null, percent: 0 }), max: 80, kind: "under" },
  {
    name: "nothing spent, percent unknown",
    money: money({ used: 0, limit: null, percent: null }),
    max: 80,
    kind: "under",
  },
  {
    name: "a hidden limit with a percent of the server",
    money: money({ limit: null, percent: 85 }),
    max: 80,
    kind: "over",
  },
])("$name: $kind", ({ money: block, max, kind }) => {
  expect(decideMoney(block, max).kind).toBe(kind);
});
