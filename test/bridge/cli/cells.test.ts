// Text measured in a terminal's cells: what is wide counts twice, what lies on another character not at all.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cut, pad, toCells, wrap } from "../../../bridge/cli/cells.ts";
import { toTerminalText } from "../../../bridge/cli/terminal-text.ts";

const texts = [
  ["", 0],
  ["Example Team", 12],
  ["Ünïcödé · …", 11],
  ["组织名称测试", 12],
  ["ｆｕｌｌ", 8],
  ["ﾊﾝｶｸ", 4],
  ["한국어", 6],
  ["e\u0301a\u0308", 2],
  ["नमस्ते", 4],
  ["😀", 2],
  ["🇩🇪", 2],
  ["█░▁▇", 4],
] as const;

test.each(texts)("%s takes %i", (text, cells) => {
  expect(toCells(text)).toBe(cells);
});

test("what joins or selects is replaced before it is measured, and takes a cell each", () => {
  expect(toCells(toTerminalText("👩\u200D💻"))).toBe(5);
  expect(toCells(toTerminalText("❤\uFE0F"))).toBe(2);
});

describe("a text that is cut", () => {
  test.each([
    ["组织名称测试", 12, "组织名称测试"],
    ["组织名称测试", 11, "组织名称测…"],
    ["组织名称测试", 10, "组织名称…"],
    ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
    ["🇩🇪🇫🇷", 4, "🇩🇪🇫🇷"],
    ["abc", 1, "…"],
    ["abc", 0, ""],
  ])("%s to %i is %s", (text, cells, shown) => {
    expect(cut(text, cells)).toBe(shown);
  });
});

test("whatever the text, it is cut to at most, and padded to exactly, what was asked for", () => {
  const text = fc.string({ unit: "binary", maxLength: 40 }).map((each) => toTerminalText(each));
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 50 }), (given, cells) => {
      expect(toCells(cut(given, cells))).toBeLessThanOrEqual(cells);
      expect(toCells(pad(given, cells))).toBe(cells);
      if (toCells(given) <= cells) expect(cut(given, cells)).toBe(given);
    }),
  );
});

test("lines are broken at blanks, not in brackets, and a word too long stands alone", () => {
  expect(wrap("one [--two <three>] four", 12)).toEqual(["one [--two", "<three>]", "four"]);
  expect(wrap("one [--two <three>] four", 16)).toEqual(["one", "[--two <three>]", "four"]);
  expect(wrap("组织 名称 extraordinary", 9)).toEqual(["组织 名称", "extraordinary"]);
});
