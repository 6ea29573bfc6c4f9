// Holds the detector against the public fixtures beside the repository, where they exist.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import type { Finding } from "../../../../bridge/cli/limit/limit-detector.ts";
import { toLimitText } from "../../../../bridge/cli/limit/limit-text.ts";
import { rateLimitEventSchema, toEventWindows } from "../../../../bridge/cli/limit/rate-limit-event.ts";
import { parseJson } from "../../../../shared/json.ts";
import { detect, toWord } from "./detect.ts";

const FOLDER = path.resolve(import.meta.dirname, "../../../..", "../shared/fixtures");
const MANIFEST = path.join(FOLDER, "manifest.json");

/** Strict, so that an expectation nobody checks fails instead of passing unseen. */
const expectSchema = z.strictObject({
  class: z.optional(z.enum(["plan_limit", "throttle_or_limit", "auth", "billing"])),
  resets_at: z.optional(z.number()),
  resets_text: z.optional(z.string()),
  blocked: z.optional(z.boolean()),
  five_hour_percent: z.optional(z.nullable(z.number())),
  seven_day_percent: z.optional(z.number()),
  five_hour_at_least: z.optional(z.number()),
  /** What `/usage` printed is another reader's; here it must only not look like a limit. */
  session_percent: z.optional(z.number()),
  weekly_percent: z.optional(z.number()),
});
const manifestSchema = z.array(z.looseObject({ file: z.string(), expect: z.optional(z.unknown()) }));
const isOurs = (file: string) => /^(stream__|print_json__|error_messages_api__)/.test(file);

const wordsOfClass = {
  plan_limit: ["plan"],
  throttle_or_limit: ["plan", "trouble"],
  billing: ["billing"],
  auth: ["none"],
} as const;

/** The table knows one word for each of these pairs. */
const tableWords = new Map<string, string>([
  ["refused", "throttle"],
  ["overload", "server"],
]);

/** As the command would print it: one message a line. */
function toOutput(file: string): string {
  const text = readFileSync(path.join(FOLDER, file), "utf8");
  return file.endsWith(".ndjson") ? text : `${JSON.stringify(parseJson(text))}\n`;
}

function toLimit(finding: Finding | undefined) {
  return finding?.kind === "limit" ? finding.limit : undefined;
}

function check(file: string, expectation: unknown): void {
  const expected = expectSchema.parse(expectation);
  const output = toOutput(file);
  const { failed, succeeded, isBlocked } = detect(output);
  if (expected.class) expect(wordsOfClass[expected.class]).toContain(toWord(failed).split(" ")[0]);
  else if (!expected.blocked) expect([toWord(failed), toWord(succeeded)]).toEqual(["none", "none"]);
  if (expected.blocked !== undefined) expect(isBlocked).toBe(expected.blocked);
  if (expected.resets_at !== undefined) expect(toLimit(failed)?.resetsAtMs).toBe(expected.resets_at * 1000);
  if (expected.resets_text !== undefined) expect(toLimit(failed)?.resetText).toBe(expected.resets_text);
  const event = rateLimitEventSchema.safeParse(parseJson(output.split("\n")[0] ?? ""));
  const windows = event.success ? toEventWindows(event.data.rate_limit_info) : [];
  const find = (window: string) => windows.find((each) => each.window === window);
  if (expected.five_hour_percent !== undefined) expect(find("five_hour")?.usedPercent).toBe(expected.five_hour_percent);
  if (expected.seven_day_percent !== undefined) expect(find("seven_day")?.usedPercent).toBe(expected.seven_day_percent);
  if (expected.five_hour_at_least !== undefined) {
    expect(find("five_hour")).toMatchObject({ usedPercent: null, atLeastPercent: expected.five_hour_at_least });
  }
}

if (existsSync(MANIFEST)) {
  const fixtures = manifestSchema.parse(parseJson(readFileSync(MANIFEST, "utf8"))).filter(({ file }) => isOurs(file));
  console.info(`public fixtures: ${fixtures.length} outputs of an agent`);

  describe("a public fixture is classified as its manifest expects", () => {
    test.each(fixtures)("$file", ({ file, expect: expectation }) => {
      check(file, expectation ?? {});
    });
  });

  describe("and also printed over many lines, and cut at any byte", () => {
    test.each(fixtures)("$file", ({ file }) => {
      const output = toOutput(file);
      const whole = detect(output);
      const messages = output
        .trim()
        .split("\n")
        .map((line) => parseJson(line));
      expect(detect(messages.map((message) => JSON.stringify(message, null, 2)).join("\n"))).toEqual(whole);
      fc.assert(
        fc.property(fc.array(fc.nat(), { maxLength: 60 }), (cuts) => {
          expect(detect(output, "stdout", cuts)).toEqual(whole);
        }),
        { seed: 7, numRuns: 100 },
      );
    });
  });

  describe("a limit text has the class that the table of the fixtures gives it", () => {
    const lines = readFileSync(path.join(FOLDER, "limit_texts.tsv"), "utf8").split("\n");
    const rows = lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split("\t"));
    console.info(`public fixtures: ${rows.length} limit texts`);
    test.each(rows.map(([, text = "", expectedClass = ""]) => [text, expectedClass]))("%s", (text, expectedClass) => {
      const told = toLimitText(text)?.class ?? "none";
      expect(tableWords.get(told) ?? told).toBe(expectedClass);
      const stops = ["plan", "model", "credits", "billing", "gateway"].includes(expectedClass);
      const { failed, succeeded } = detect(`${text}\n`);
      expect([failed?.kind === "limit", succeeded]).toEqual([stops, undefined]);
    });
  });
} else {
  console.info(`public fixtures: not here (${FOLDER}), nothing was checked against them`);
  test("the public fixtures are not here, so nothing was checked against them", () => {
    expect(existsSync(MANIFEST)).toBe(false);
  });
}
