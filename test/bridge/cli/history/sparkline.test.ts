// A series in one line of blocks: what is drawn, and what is left blank.
import { describe, expect, test } from "vitest";
import { type Span, toResetMarks, toSparkline } from "../../../../bridge/cli/history/sparkline.ts";
import type { HistoryPoint } from "../../../../shared/history.ts";

/** Ten columns of ten milliseconds each. */
const span: Span = { sinceMs: 0, untilMs: 100, gapMs: 20 };
const draw = (...points: readonly (readonly [at: number, utilization: number | null])[]) =>
  toSparkline(
    points.map(([at, utilization]): HistoryPoint => [at, utilization, null]),
    span,
    10,
  );
const everyTen = (toValue: (column: number) => number | null) =>
  Array.from({ length: 10 }, (_none, column): readonly [number, number | null] => [column * 10, toValue(column)]);

const cases: { name: string; drawn: string; line: string }[] = [
  { name: "nothing seen is blank", drawn: draw(), line: "          " },
  { name: "zero is the lowest block, not a blank", drawn: draw(...everyTen(() => 0)), line: "▁▁▁▁▁▁▁▁▁▁" },
  { name: "a rise is a rise", drawn: draw(...everyTen((column) => column * 11)), line: "▁▁▂▃▄▄▅▆▇▇" },
  { name: "only what is full looks full", drawn: draw([0, 99.9], [10, 100], [20, 140]), line: "▇██       " },
  { name: "the highest of a column counts", drawn: draw([0, 10], [3, 90], [6, 10]), line: "▇         " },
  { name: "a value holds until the next one", drawn: draw([0, 50], [20, 0]), line: "▄▄▁       " },
  { name: "over a gap nothing is drawn", drawn: draw([0, 50], [50, 50], [60, 50]), line: "▄    ▄▄   " },
  {
    name: "an unknown value is blank until it is known",
    drawn: draw([0, 50], [10, null], [20, 50]),
    line: "▄ ▄       ",
  },
  { name: "what lies before the first column holds into it", drawn: draw([-10, 50], [5, 0]), line: "▄         " },
  { name: "what lies outside is not drawn", drawn: draw([-50, 90], [130, 90]), line: "          " },
];

test.each(cases)("$name", ({ drawn, line }) => {
  expect(drawn).toBe(line);
});

describe("resets are marked", () => {
  test("under their column", () => {
    expect(toResetMarks([15, 72], span, 10)).toBe(" ╵     ╵");
  });

  test("not when there are none, and not when nobody could tell them apart", () => {
    expect(toResetMarks([], span, 10)).toBe("");
    expect(toResetMarks([5, 15, 25, 35], span, 10)).toBe("");
    expect(toResetMarks([11, 12, 13, 14], span, 10)).toBe(" ╵");
  });
});
