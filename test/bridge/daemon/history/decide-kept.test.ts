// Which observations become points of history.
import { expect, test } from "vitest";
import { decideKept, GAP_MS } from "../../../../bridge/daemon/history/decide-kept.ts";
import type { HistoryPoint } from "../../../../shared/history.ts";

const MINUTE = 60_000;
const noon = Date.parse("2026-11-20T12:00:00.000Z");
const reset = noon + 90 * MINUTE;

const cases: { name: string; before: HistoryPoint | undefined; next: HistoryPoint; isKept: boolean }[] = [
  { name: "the first of a window is kept", before: undefined, next: [noon, 0, null], isKept: true },
  { name: "the same a minute later is not", before: [noon, 5, reset], next: [noon + MINUTE, 5, reset], isKept: false },
  { name: "a rise is kept", before: [noon, 5, reset], next: [noon + MINUTE, 5.1, reset], isKept: true },
  { name: "a fall is kept", before: [noon, 5, reset], next: [noon + MINUTE, 4, reset], isKept: true },
  {
    name: "a value that becomes unknown is kept",
    before: [noon, 5, reset],
    next: [noon + MINUTE, null, reset],
    isKept: true,
  },
  {
    name: "a reset time that jitters is no change",
    before: [noon, 5, reset],
    next: [noon + MINUTE, 5, reset + 1_000],
    isKept: false,
  },
  { name: "one that moved is", before: [noon, 5, reset], next: [noon + MINUTE, 5, reset + 5 * MINUTE], isKept: true },
  { name: "one that is not said any more is", before: [noon, 5, reset], next: [noon + MINUTE, 5, null], isKept: true },
  {
    name: "after a quarter of an hour the same is kept",
    before: [noon, 5, reset],
    next: [noon + 15 * MINUTE, 5, reset],
    isKept: true,
  },
  {
    name: "a bit before that it is not",
    before: [noon, 5, reset],
    next: [noon + 15 * MINUTE - 1, 5, reset],
    isKept: false,
  },
  { name: "of one moment the higher value is kept", before: [noon, 5, reset], next: [noon, 6, reset], isKept: true },
  { name: "of one moment the lower one is not", before: [noon, 5, reset], next: [noon, 4, reset], isKept: false },
  {
    name: "of one moment a known value is kept over an unknown one",
    before: [noon, null, reset],
    next: [noon, 0, reset],
    isKept: true,
  },
];

test.each(cases)("$name", ({ before, next, isKept }) => {
  expect(decideKept(before, next)).toBe(isKept);
});

test("while polls go well, no two neighbours look like a gap", () => {
  let before: HistoryPoint | undefined;
  let widestMs = 0;
  for (let atMs = noon; atMs < noon + 24 * 60 * MINUTE; atMs += MINUTE) {
    const next: HistoryPoint = [atMs, 7, reset];
    if (!decideKept(before, next)) continue;
    widestMs = Math.max(widestMs, before ? atMs - before[0] : 0);
    before = next;
  }
  expect(widestMs).toBeLessThan(GAP_MS);
});
