// What is understood of the input of a status line, by our own examples and by the public fixtures where they exist.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseStatusInput } from "../../../../bridge/cli/statusline/parse-status-input.ts";

const NOW_MS = Date.parse("2026-11-20T10:00:00.000Z");
const RESET = NOW_MS / 1000 + 7_200;
const RESET_ISO = "2026-11-20T12:00:00.000Z";

function readFiveHour(window: unknown) {
  return parseStatusInput({ rate_limits: { five_hour: window } }, NOW_MS).windows.five_hour;
}

describe("a window", () => {
  test.each([
    ["of 42 %", 42, 42],
    ["of a half percent, which is not a half", 0.5, 0.5],
    ["of one percent, which is not a hundred", 1, 1],
    ["of nothing", 0, 0],
    ["over its limit", 105, 105],
  ])("%s is read as it is written", (_name, used, utilization) => {
    expect(readFiveHour({ used_percentage: used, resets_at: RESET })).toEqual({ utilization, resets_at: RESET_ISO });
  });

  test.each([
    ["the epoch of its reset for a percentage", { used_percentage: RESET, resets_at: RESET }],
    ["a percentage below zero", { used_percentage: -1, resets_at: RESET }],
    ["text for a percentage", { used_percentage: "42", resets_at: RESET }],
    ["null for a percentage", { used_percentage: null, resets_at: RESET }],
    ["no percentage", { resets_at: RESET }],
    ["nothing in it", {}],
    ["null for a window", null],
    ["a number for a window", 42],
    ["a list for a window", [42]],
  ])("with %s is unknown", (_name, window) => {
    expect(readFiveHour(window)).toBeUndefined();
  });

  test.each([
    ["null", null],
    ["no reset", undefined],
    ["milliseconds for seconds", RESET * 1000],
    ["text that is no moment", "soon"],
    ["a reset later than a five-hour window can have", RESET + 11_101],
    ["a reset before any clock", 0],
  ])("with %s has no reset, and keeps its value", (_name, resetsAt) => {
    expect(readFiveHour({ used_percentage: 42, resets_at: resetsAt })).toEqual({ utilization: 42, resets_at: null });
  });

  test("takes ISO text for a reset, which some versions write", () => {
    expect(readFiveHour({ used_percentage: 42, resets_at: RESET_ISO })?.resets_at).toBe(RESET_ISO);
  });

  test("of a gateway's spend limit may pass 100 % and last a month", () => {
    const spend_limit = { used_percentage: 140.5, resets_at: RESET + 2_000_000, used_usd: 14, limit_usd: 10 };
    expect(parseStatusInput({ rate_limits: { spend_limit } }, NOW_MS).windows).toEqual({
      spend_limit: { utilization: 140.5, resets_at: "2026-12-13T15:33:20.000Z" },
    });
  });

  test("of a week may start again later than one of five hours", () => {
    const seven_day = { used_percentage: 42, resets_at: RESET + 500_000 };
    expect(parseStatusInput({ rate_limits: { seven_day } }, NOW_MS).windows.seven_day?.resets_at).not.toBeNull();
  });
});

test.each([
  [{ display_name: "Opus 4.8", id: "claude-opus-4-8" }, "Opus 4.8"],
  [{ id: "claude-opus-4-8" }, "claude-opus-4-8"],
  [{ display_name: 7 }, undefined],
  [null, undefined],
])("the model of %j is %s", (model, name) => {
  expect(parseStatusInput({ model }, NOW_MS).model).toBe(name);
});

test.each([
  undefined,
  null,
  7,
  "text",
  [],
  {},
  { rate_limits: null },
  { rate_limits: [] },
  JSON.parse('{"__proto__":{"rate_limits":1}}'),
])("an input of %j has no windows", (input: unknown) => {
  expect(parseStatusInput(input, NOW_MS).windows).toEqual({});
});

const FOLDER = path.resolve(import.meta.dirname, "../../../..", "../shared/fixtures");
const percentSchema = z.optional(z.nullable(z.number()));
const manifestSchema = z.array(
  z.looseObject({
    file: z.string(),
    expect: z.optional(z.looseObject({ session_percent: percentSchema, weekly_percent: percentSchema })),
  }),
);

describe.runIf(existsSync(FOLDER))("the public fixture", () => {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => file.startsWith("statusline__")) : [];
  test.each(files)("%s says what its manifest expects", (file) => {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(path.join(FOLDER, "manifest.json"), "utf8")));
    const wanted = manifest.find((entry) => entry.file === file)?.expect;
    const { windows } = parseStatusInput(JSON.parse(readFileSync(path.join(FOLDER, file), "utf8")), NOW_MS);
    expect(windows.five_hour?.utilization ?? null).toBe(wanted?.session_percent ?? null);
    expect(windows.seven_day?.utilization ?? null).toBe(wanted?.weekly_percent ?? null);
  });
});
