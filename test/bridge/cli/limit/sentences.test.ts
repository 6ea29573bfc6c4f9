// Every sentence that Claude Code composes stops a command that failed with it, and nothing that other programs print does.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isForPerson } from "../../../../bridge/cli/limit/limit.ts";
import { parseResetMs } from "../../../../bridge/cli/limit/reset-time.ts";
import { detect, NOW_MS } from "./detect.ts";
import { sentence } from "./sentences.ts";

const SENTENCES = 100_000;
const LINES = 100_000;
const clock = { nowMs: NOW_MS, timeZone: "UTC", maxAheadMs: 800 * 86_400_000 };

test(`of ${SENTENCES} composed and dressed sentences none is missed, and each reset is read`, () => {
  const missed = fc.sample(sentence, { seed: 13, numRuns: SENTENCES }).filter(({ text, needsPerson, hasReset }) => {
    const { failed } = detect(`${text}\n`);
    if (failed?.kind !== "limit") return true;
    const { resetText } = failed.limit;
    if (needsPerson) return !isForPerson(failed.limit);
    return hasReset && (resetText === null || parseResetMs(resetText, clock) === undefined);
  });
  console.log(`sentences: ${SENTENCES} composed, ${missed.length} missed`);
  expect(missed.slice(0, 20)).toEqual([]);
}, 120_000);

/** What is installed here anyway: documentation, change logs and programs of some hundred packages. */
function* readLines(): Generator<string> {
  const root = path.resolve(import.meta.dirname, "../../../../node_modules");
  for (const file of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    if (!/\.(?:md|txt|mjs|cjs)$/.test(file)) continue;
    yield* readFileSync(path.join(root, file), "utf8").split("\n");
  }
}

test(`of ${LINES} lines that other people wrote none is taken for a limit`, () => {
  const alarms: string[] = [];
  let count = 0;
  for (const line of readLines()) {
    if (count === LINES) break;
    if (line.trim() === "" || line.length > 500) continue;
    count += 1;
    if (detect(`${line}\n`).failed?.kind === "limit") alarms.push(line);
  }
  console.log(`lines of other programs: ${count}, taken for a limit: ${alarms.length}`);
  expect(count).toBe(LINES);
  expect(alarms).toEqual([]);
}, 120_000);

test.each([
  "Memory limit reached",
  "Retry limit reached",
  "Rate limit reached",
  "Connection limit reached",
  "Depth limit reached",
  "Limit reached",
  "Session limit reached",
  "Usage limit reached",
  "Storage limit reached. Upgrade your plan",
  "You've hit your Docker pull limit",
  "You've reached your Memory limit",
  "You have reached your pull rate limit. You may increase the limit by authenticating and upgrading",
  "You've hit your stride",
  "Error: You've hit your rate limit because the loop has no pause",
  "API rate limit exceeded for user ID 1",
  "429 Too Many Requests",
  "npm error 429 Too Many Requests - GET https://registry.example/x",
  "spend limit reached events are counted",
  'AssertionError: expected "You\'ve hit your weekly limit · resets 3pm" to be undefined',
  "  ✓ You've hit your weekly limit is parsed",
  "Quota exceeded for quota metric",
  "You've hit your usage limit. Upgrade to Pro (https://openai.com/chatgpt/pricing) or try again in 5 days.",
  "Error: Usage limit reached, try again later",
  "Limit reached, resets in 30 seconds",
  "Session limit reached. Contact support.",
  "You've reached your API limit. Try again later",
  "You've hit your Gemini limit. Switch to another model",
  "Weekly limit reached. Use /usr/bin/foo instead",
  "You've reached your daily usage limit",
  "Error: Spend limit reached, contact your admin",
  "❌ You've hit your limit · resets 3pm (3ms)",
])("%s: no limit of Claude", (line) => {
  expect(detect(`${line}\n`).failed?.kind).not.toBe("limit");
});

test.each([
  ["no spaces", `Limit reached · resets 1${"a".repeat(900)}: x`],
  ["many words", `Limit reached · resets ${"1a ".repeat(300)}: x`],
  ["colons", `Limit reached · resets 1${":00a".repeat(220)}: x`],
  ["bullets", "- ".repeat(450)],
  ["separators", `You've hit your limit${" · ".repeat(250)}x`],
  ["leads", "Error: ".repeat(130)],
  ["escapes", `limit${"\u001b]".repeat(450)}`],
  ["punctuation", `You've hit your limit${";, .".repeat(220)}x`],
])("a long hostile line of %s is read in a moment", (_name, line) => {
  const began = performance.now();
  for (let count = 0; count < 20; count += 1) detect(`${line}\n`);
  // Some milliseconds; a pattern that tries every way to cut the line takes years.
  expect(performance.now() - began).toBeLessThan(20_000);
});

test.each([
  "API Error: 400 You're out of extra usage. Add more at claude.ai/settings/usage and keep going.",
  "API Error: Extra usage is required for 1M context · run /extra-usage to enable, or /model to switch to standard context",
  "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
  "API Error: Request rejected (429) · You've hit your weekly limit · resets 3pm",
  'BadRequestError: 400 {"type":"error","error":{"message":"You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC."}}',
  "anthropic.BadRequestError: Error code: 400 - {'error': {'message': 'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.'}}",
  "API Error: 400 You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC. (request id: req_1)",
  "Claude Opus limit reached · resets 3pm",
  "5 hour limit reached · resets 3pm",
  "You've hit your weekly usage limit · resets Fri, Nov 27, 3pm (UTC)",
  "Error: Claude Code process exited with code 1: You've hit your weekly limit · resets 3pm",
  "2026-11-20 10:00:00,123 - log - ERROR - You've hit your weekly limit · resets 3pm PST",
  "E       Exception: Claude Code returned an error result: You've hit your weekly limit · resets 3pm",
  "│ You've hit your weekly limit · resets 3:45pm Europe/Berlin │",
])("%s: a limit of Claude", (line) => {
  expect(detect(`${line}\n`).failed?.kind).toBe("limit");
});

test("behind a sentence a stack counts as nothing", () => {
  const stack = Array.from({ length: 30 }, (_, index) => `  File "x.py", line ${index}, in run\n`).join("");
  expect(detect(`Exception: You've hit your weekly limit · resets 3pm\n${stack}`).failed?.kind).toBe("limit");
});
