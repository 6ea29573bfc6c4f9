// When which value held: steps, gaps, resets, and the edge of now.
import { describe, expect, test } from "vitest";
import { toRuns } from "../../extension/to-runs.ts";
import type { HistoryPoint } from "../../shared/history.ts";

const gapMs = 20;

describe("a value holds", () => {
  const cases: { name: string; points: HistoryPoint[]; resets?: number[]; untilMs?: number; runs: number[][][] }[] = [
    { name: "nothing seen, nothing held", points: [], runs: [] },
    {
      name: "until the next one",
      points: [
        [0, 1, null],
        [10, 2, null],
      ],
      runs: [
        [
          [0, 10, 1],
          [10, 10, 2],
        ],
      ],
    },
    { name: "until now, when it was seen lately", points: [[0, 1, null]], untilMs: 20, runs: [[[0, 20, 1]]] },
    { name: "and not until now, when nobody looked lately", points: [[0, 1, null]], untilMs: 21, runs: [[[0, 0, 1]]] },
    { name: "and not into what lies before it", points: [[50, 1, null]], untilMs: 20, runs: [[[50, 50, 1]]] },
    {
      name: "and not over a gap",
      points: [
        [0, 1, null],
        [21, 2, null],
      ],
      runs: [[[0, 0, 1]], [[21, 21, 2]]],
    },
    {
      name: "and not over an unknown value",
      points: [
        [0, 1, null],
        [5, null, null],
        [9, 2, null],
      ],
      runs: [[[0, 5, 1]], [[9, 9, 2]]],
    },
    {
      name: "until the reset that came before the next one",
      points: [
        [0, 90, 6],
        [10, 1, null],
      ],
      resets: [6],
      runs: [[[0, 6, 90]], [[10, 10, 1]]],
    },
    {
      name: "until the reset that was seen only by the next one",
      points: [
        [0, 90, null],
        [10, 1, null],
      ],
      resets: [10],
      runs: [[[0, 10, 90]], [[10, 10, 1]]],
    },
    {
      name: "and a reset inside a gap tells nothing about its value",
      points: [
        [0, 90, 6],
        [30, 1, null],
      ],
      resets: [6],
      runs: [[[0, 0, 90]], [[30, 30, 1]]],
    },
    {
      name: "over every reset in turn",
      points: [
        [0, 5, 3],
        [4, 6, 8],
        [9, 7, null],
      ],
      resets: [3, 8],
      runs: [[[0, 3, 5]], [[4, 8, 6]], [[9, 9, 7]]],
    },
  ];
  test.each(cases)("$name", ({ points, resets = [], untilMs = 0, runs }) => {
    const found = toRuns({ points, resets }, { gapMs, untilMs });
    expect(found.map((run) => run.map(({ fromMs, toMs, percent }) => [fromMs, toMs, percent]))).toEqual(runs);
  });
});
