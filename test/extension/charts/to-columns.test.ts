// Runs of several lines as columns over one row of moments.
import { expect, test } from "vitest";
import { toColumns } from "../../../extension/charts/to-columns.ts";

test("each line has its value at each moment of every line", () => {
  const one = [
    [
      { fromMs: 0, toMs: 10, percent: 1 },
      { fromMs: 10, toMs: 20, percent: 2 },
    ],
  ];
  const other = [[{ fromMs: 5, toMs: 15, percent: 7 }]];
  expect(toColumns([one, other])).toEqual({
    at: [0, 5, 10, 15, 16, 20, 21],
    values: [
      [1, 1, 2, 2, 2, 2, null],
      [null, 7, 7, 7, null, null, null],
    ],
  });
});

test("between two runs nothing is known", () => {
  const runs = [[{ fromMs: 0, toMs: 10, percent: 1 }], [{ fromMs: 50, toMs: 50, percent: 3 }]];
  expect(toColumns([runs])).toEqual({ at: [0, 10, 11, 50, 51], values: [[1, 1, null, 3, null]] });
});

test("a run that begins where the last one ends has its own value there", () => {
  const runs = [[{ fromMs: 0, toMs: 10, percent: 90 }], [{ fromMs: 10, toMs: 20, percent: 1 }]];
  expect(toColumns([runs])).toEqual({ at: [0, 10, 20, 21], values: [[90, 1, 1, null]] });
});

test("no lines, no moments", () => {
  expect(toColumns([])).toEqual({ at: [], values: [] });
});
