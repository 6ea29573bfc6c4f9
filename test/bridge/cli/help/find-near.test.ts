// Which word somebody meant: slips of the fingers, and no guesses beyond them.
import { expect, test } from "vitest";
import { findNear } from "../../../../bridge/cli/help/find-near.ts";

const options = ["--max", "--max-age", "--max-wait", "--json", "--on-unknown", "--for"];

test.each([
  ["--max-wiat", "--max-wait"],
  ["--maxwait", "--max-wait"],
  ["--JSON", "--json"],
  ["--jsn", "--json"],
  ["--on-unkown", "--on-unknown"],
  ["--max-aeg", "--max-age"],
  ["--mxa", "--max"],
  ["--from", undefined],
  ["--frobnicate", undefined],
  ["-j", undefined],
  ["", undefined],
])("%j is meant as %j", (typed, meant) => {
  expect(findNear(typed, options)).toBe(meant);
});

test("the nearest of several wins", () => {
  expect(findNear("statsu", ["start", "status"])).toBe("status");
  expect(findNear("status", [])).toBeUndefined();
});
