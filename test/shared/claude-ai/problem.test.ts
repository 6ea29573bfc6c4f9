// A problem names its part and a code, whatever the part is called.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { partProblemCodes, toProblem } from "../../../shared/claude-ai/problem.ts";
import { problemTextSchema } from "../../../shared/wire-text.ts";

describe("a problem is written as part and code", () => {
  test.each([
    ["five_hour", "five_hour: bad-time"],
    ["scoped:fable", "scoped:fable: bad-time"],
    ["limits:12", "limits:12: bad-time"],
    ["New Window", "new-window: bad-time"],
    ["寓話", "--: bad-time"],
    ["a\n\u001b[2J", "a---2j: bad-time"],
    ["x".repeat(500), `${"x".repeat(80)}: bad-time`],
    ["", "unnamed: bad-time"],
  ])("%j", (part, text) => {
    expect(toProblem(part, "bad-time")).toBe(text);
  });

  test.each(partProblemCodes)("with the code %s", (code) => {
    expect(toProblem("usage", code)).toBe(`usage: ${code}`);
  });

  test("and fits the wire for any part", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.constantFrom(...partProblemCodes), (part, code) => {
        expect(problemTextSchema.safeParse(toProblem(part, code)).success).toBe(true);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
