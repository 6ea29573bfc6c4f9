// How panes that may go on at one moment are spread.
import { expect, test } from "vitest";
import { toSpreadDelayMs } from "../../shared/spread.ts";

test("each random part of a spread has its own moment, the last one five quarters behind", () => {
  expect([0, 0.5, 1].map((share) => toSpreadDelayMs(share, 40_000))).toEqual([0, 25_000, 50_000]);
});
