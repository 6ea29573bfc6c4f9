// Ten thousand lines of ordinary output that speak of limits, in every mode: none of them may stop anything.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { detect } from "./detect.ts";
import {
  init,
  rejectedWeekly,
  toAssistant,
  toErrorResult,
  toStream,
  toSuccessResult,
  toToolResult,
} from "./messages.ts";

const LINES = 10_000;

const openings = [
  "",
  "- ",
  "> ",
  "  ",
  "* ",
  "// ",
  "# ",
  '"',
  "I ",
  "The log says: ",
  "If ",
  "Note that ",
  "2026-11-20T10:00:00Z WARN ",
  "✓ ",
  "diff: +",
  "You've ",
  "You've hit your ",
  "You're out of ",
  "Claude AI ",
  "5-hour ",
  "Weekly ",
  "Credit balance ",
  "Your org ",
  "API ",
  "spend ",
];
const middles = [
  "hit the rate limit",
  "usage limit reached",
  "weekly limit",
  "resets 3pm",
  "session limit · resets 3:45pm (Europe/Berlin)",
  "limit reached ∙ resets 3pm",
  "rate_limit_event",
  '{"status":"rejected"}',
  "429 Too Many Requests",
  "Overloaded (529)",
  "out of usage credits",
  "is too low",
  "limits of what the model can do",
  "stride after an hour",
];
const endings = [
  " in the test data.",
  ", so the retry loop backs off",
  " when the bar is red",
  " (see docs/guard.md)",
  " because nobody resets it",
  ": fixed in this commit",
  " and then goes on?",
  " is what users see",
];

const sentences = fc
  .tuple(fc.constantFrom(...openings), fc.constantFrom(...middles), fc.constantFrom(...endings))
  .map((parts) => parts.join(""));

const lines = fc.sample(sentences, { seed: 8, numRuns: LINES });

describe(`${LINES} lines of ordinary output`, () => {
  test("as plain text, with a good and with a failing exit code", () => {
    const alarms = lines.filter((line) => {
      const { failed, succeeded } = detect(`${line}\n`);
      return failed?.kind === "limit" || succeeded;
    });
    expect(alarms).toEqual([]);
  });

  test("as one long output on stdout and on stderr", () => {
    const text = lines.map((line) => `${line}\n`).join("");
    for (const output of ["stdout", "stderr"] as const) {
      const { failed, succeeded, isBlocked } = detect(text, output);
      expect([failed?.kind === "limit", succeeded, isBlocked]).toEqual([false, undefined, false]);
    }
  });

  test("as what a model says and what its tools print, in stream-json", () => {
    const messages = lines.map((line, index) => (index % 2 ? toAssistant(line) : toToolResult(line)));
    const { failed, succeeded } = detect(toStream(init, ...messages, toSuccessResult(lines.slice(0, 50).join("\n"))));
    expect([failed, succeeded]).toEqual([undefined, undefined]);
  });

  test("as the result of a run in --output-format json", () => {
    for (const line of lines.slice(0, 1000)) {
      expect(detect(`${JSON.stringify(toSuccessResult(line))}\n`).failed).toBeUndefined();
      expect(detect(JSON.stringify(toSuccessResult(line), null, 2)).failed).toBeUndefined();
    }
  });
});

describe("the very words of a limit, where they are not an error", () => {
  const words = [
    "You've hit your weekly limit · resets Mon 12:00am",
    toStream(rejectedWeekly),
    toStream(toErrorResult("x")),
  ];
  test.each(words)("%s", (text) => {
    const quoted = toStream(init, toAssistant(text), toToolResult(text), toSuccessResult(text));
    expect(detect(quoted)).toEqual({ failed: undefined, succeeded: undefined, isBlocked: false });
  });
});
