// The warning that a limit is nearly used up: once, and again only after it has recovered.
import { expect, test } from "vitest";
import { createLowLimits } from "../../../bridge/proxy/low-limits.ts";

const NOW_MS = Date.parse("2026-11-27T12:00:00Z");

function toLimits(remaining: number) {
  const bucket = { id: "input-tokens", limit: 1_000, remaining, resets_at: "2026-11-27T12:01:00.000Z" };
  return {
    key: "0123456789ab",
    model: "m",
    workspace: null,
    observed_at: "2026-11-27T12:00:00.000Z",
    buckets: [bucket],
  };
}

test("below a tenth it warns once, and again after more was left", () => {
  const find = createLowLimits();
  const warnings = [500, 100, 99, 50, 0, 200, 90].map((remaining) => find(toLimits(remaining), NOW_MS).length);
  expect(warnings).toEqual([0, 0, 1, 0, 0, 0, 1]);
  expect(createLowLimits()(toLimits(50), NOW_MS)).toEqual([
    "input-tokens of key 0123456789ab for m: 5 % left (50 of 1000)",
  ]);
});

test("what has been full again since is no warning", () => {
  expect(createLowLimits()(toLimits(50), NOW_MS + 120_000)).toEqual([]);
});
