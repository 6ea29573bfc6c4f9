// When the extension leaves the bridge alone because it was asked to.
import { expect, test } from "vitest";
import { initialLink, isPaused } from "../../extension/link.ts";

const NOON = Date.UTC(2026, 10, 20, 12);

test.each([
  { name: "was never asked to", busy_until: undefined, isPaused: false },
  { name: "was asked to until a moment that has come", busy_until: "2026-11-20T12:00:00.000Z", isPaused: false },
  { name: "was asked to until a moment to come", busy_until: "2026-11-20T12:00:00.001Z", isPaused: true },
  { name: "was asked to for the longest time there is", busy_until: "2026-11-20T12:04:01.000Z", isPaused: true },
  { name: "had its clock set back since", busy_until: "2026-11-20T12:04:01.001Z", isPaused: false },
])("one that $name: $isPaused", ({ busy_until, isPaused: expected }) => {
  expect(isPaused({ ...initialLink, ...(busy_until !== undefined && { busy_until }) }, NOON)).toBe(expected);
});
