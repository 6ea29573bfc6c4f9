// What the output of a command means: JSON lines, one JSON object, plain text; cut at any byte.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLimitDetector } from "../../../../bridge/cli/limit/limit-detector.ts";
import { detect, NOW_MS, toWord } from "./detect.ts";
import {
  allowed,
  init,
  rejectedFiveHour,
  rejectedWeekly,
  toAssistant,
  toErrorResult,
  toStream,
  toSuccessResult,
  toSynthetic,
  toToolResult,
  warning,
} from "./messages.ts";

const SESSION = "You've hit your session limit · resets 11pm (Asia/Nicosia)";
const WEEKLY = "You've hit your weekly limit · resets Mon 12:00am";
const AUTH = "Failed to authenticate: OAuth session expired and could not be refreshed";

const refusal = {
  type: "error",
  error: {
    type: "rate_limit_error",
    message: "This request would exceed your account's rate limit. Please try again later.",
  },
};

type Case = { name: string; output: string; failed: string; succeeded: string };

const streams: readonly Case[] = [
  {
    name: "a rejected event is the limit, whatever the exit code",
    output: toStream(init, rejectedFiveHour),
    failed: "plan five_hour",
    succeeded: "plan five_hour",
  },
  {
    name: "event, synthetic message, result",
    output: toStream(init, rejectedWeekly, toSynthetic(WEEKLY), toErrorResult(WEEKLY)),
    failed: "plan seven_day",
    succeeded: "plan seven_day",
  },
  {
    name: "the result may come before the event",
    output: toStream(init, toErrorResult(SESSION), rejectedFiveHour),
    failed: "plan five_hour",
    succeeded: "plan five_hour",
  },
  {
    name: "the synthetic message alone is enough",
    output: toStream(init, toSynthetic(SESSION)),
    failed: "plan five_hour",
    succeeded: "plan five_hour",
  },
  {
    name: "a result with status 429 and words nobody knows",
    output: toStream(init, toErrorResult("Something quite new")),
    failed: "plan null",
    succeeded: "plan null",
  },
  {
    name: "a failed login looks alike and is none",
    output: toStream(init, toSynthetic(AUTH, "authentication_failed"), toErrorResult(AUTH, null)),
    failed: "none",
    succeeded: "none",
  },
  {
    name: "allowed and warning events are none",
    output: toStream(init, allowed, warning),
    failed: "none",
    succeeded: "none",
  },
  {
    name: "a successful result ends the limit that was waited for",
    output: toStream(init, rejectedFiveHour, toSynthetic(SESSION), toAssistant("Done."), toSuccessResult(SESSION)),
    failed: "none",
    succeeded: "none",
  },
  {
    name: "an allowed event ends it too",
    output: toStream(init, rejectedFiveHour, allowed),
    failed: "none",
    succeeded: "none",
  },
  {
    name: "a model's last words after the rejection do not end it",
    output: toStream(init, rejectedFiveHour, toAssistant("One more thing.")),
    failed: "plan five_hour",
    succeeded: "plan five_hour",
  },
  {
    name: "nor one that the agent got over before it ran out of turns",
    output: toStream(init, rejectedFiveHour, toAssistant("On it."), {
      ...toErrorResult("On it.", null),
      terminal_reason: "max_turns",
    }),
    failed: "none",
    succeeded: "none",
  },
  {
    name: "a throttle is none, and is named",
    output: toStream(init, toErrorResult("API Error: Request rejected (429) · This request would exceed …")),
    failed: "trouble refused",
    succeeded: "none",
  },
  {
    name: "the words of a throttle after a rejected event are the limit",
    output: toStream(init, rejectedFiveHour, toErrorResult("API Error: Request rejected (429) · …")),
    failed: "plan five_hour",
    succeeded: "plan five_hour",
  },
  {
    name: "an overloaded server is none, and is named",
    output: toStream(init, toErrorResult("API Error: Repeated 529 Overloaded errors", 529)),
    failed: "trouble overload",
    succeeded: "none",
  },
  {
    name: "credits that are used up",
    output: toStream(init, toErrorResult("You're out of usage credits. Switch to another model to continue.")),
    failed: "credits null person",
    succeeded: "credits null person",
  },
  {
    name: "an API key without credit",
    output: toStream(init, toErrorResult("Credit balance is too low", 400)),
    failed: "billing null person",
    succeeded: "billing null person",
  },
  {
    name: "the prose of a model is none",
    output: toStream(init, toAssistant(WEEKLY), toSuccessResult(WEEKLY)),
    failed: "none",
    succeeded: "none",
  },
  {
    name: "what a tool printed is none",
    output: toStream(init, toToolResult(toStream(rejectedWeekly)), toToolResult(WEEKLY)),
    failed: "none",
    succeeded: "none",
  },
  {
    name: "a run that ended for another reason keeps the model's words",
    output: toStream(init, { ...toErrorResult(WEEKLY, null), terminal_reason: "max_turns" }),
    failed: "none",
    succeeded: "none",
  },
  {
    name: "a line without its line feed at the end",
    output: toStream(init, rejectedWeekly).trimEnd(),
    failed: "plan seven_day",
    succeeded: "plan seven_day",
  },
  {
    name: "carriage returns",
    output: toStream(init, rejectedWeekly).replaceAll("\n", "\r\n"),
    failed: "plan seven_day",
    succeeded: "plan seven_day",
  },
  {
    name: "damaged JSON between good lines is passed over",
    output: `${toStream(init)}{"type":"rate_limit_event","rate_li\n${toStream(rejectedWeekly)}`,
    failed: "plan seven_day",
    succeeded: "none",
  },
  {
    name: "--output-format json",
    output: toStream(toErrorResult(SESSION)),
    failed: "plan five_hour",
    succeeded: "plan five_hour",
  },
  {
    name: "--output-format json, printed over many lines",
    output: JSON.stringify(toErrorResult(SESSION), null, 2),
    failed: "plan five_hour",
    succeeded: "plan five_hour",
  },
  {
    name: "--output-format json --verbose is one array",
    output: `${JSON.stringify([init, toSynthetic(SESSION), toErrorResult(SESSION)])}\n`,
    failed: "plan five_hour",
    succeeded: "plan five_hour",
  },
  {
    name: "that array over many lines, after other JSON",
    output: `${JSON.stringify({ level: "info" }, null, 2)}\n${JSON.stringify([init, rejectedWeekly], null, 4)}\n`,
    failed: "plan seven_day",
    succeeded: "plan seven_day",
  },
  {
    name: "a successful object over many lines whose text is a limit's",
    output: JSON.stringify(toSuccessResult(`${WEEKLY}\n${WEEKLY}`), null, 2),
    failed: "none",
    succeeded: "none",
  },
  {
    name: "the API's own answer",
    output: `${JSON.stringify(refusal)}\n`,
    failed: "plan null",
    succeeded: "plan null",
  },
  {
    name: "and the same as an older Claude Code prints it",
    output: `API Error: 429 ${JSON.stringify(refusal)}\n`,
    failed: "plan null",
    succeeded: "none",
  },
  {
    name: "and as Python prints it",
    output: `anthropic.RateLimitError: Error code: 429 - {'type': 'error', 'error': {'type': 'rate_limit_error', 'message': "${refusal.error.message}"}}\n`,
    failed: "plan null",
    succeeded: "none",
  },
  {
    name: "but not behind the words of a client that knows better",
    output: `API Error: Request rejected (429) · ${refusal.error.message}\n`,
    failed: "trouble refused",
    succeeded: "none",
  },
  {
    name: "the API's limit of tokens a minute is a throttle",
    output: `${JSON.stringify({ type: "error", error: { type: "rate_limit_error", message: "Number of request tokens has exceeded your per-minute rate limit" } })}\n`,
    failed: "trouble throttle",
    succeeded: "none",
  },
  { name: "nothing at all", output: "", failed: "none", succeeded: "none" },
];

const texts: readonly Case[] = [
  {
    name: "a plain sentence counts when the command failed",
    output: `${SESSION}\n`,
    failed: "plan five_hour",
    succeeded: "none",
  },
  { name: "without its line feed", output: SESSION, failed: "plan five_hour", succeeded: "none" },
  { name: "in colour", output: `\u001b[31m${SESSION}\u001b[39m\n`, failed: "plan five_hour", succeeded: "none" },
  {
    name: "after a script's own words",
    output: `Job 37\n${WEEKLY}\nnpm ERR! code 1\n`,
    failed: "plan seven_day",
    succeeded: "none",
  },
  {
    name: "not when much was printed after it",
    output: `${WEEKLY}\n${"next\n".repeat(21)}`,
    failed: "none",
    succeeded: "none",
  },
  { name: "not in the middle of a line", output: `He wrote: ${WEEKLY}\n`, failed: "none", succeeded: "none" },
  {
    name: "not when the line goes on as prose",
    output: "You've hit your weekly limit when the bar is red\n",
    failed: "none",
    succeeded: "none",
  },
  {
    name: "a throttle is named",
    output: "API Error: Server is temporarily limiting requests (not your usage limit)\n",
    failed: "trouble throttle",
    succeeded: "none",
  },
  { name: "a warning is none", output: "You've used 90% of your weekly limit\n", failed: "none", succeeded: "none" },
  {
    name: "JSON that prose shows counts only when the command failed",
    output: `Here is such an event:\n${toStream(rejectedWeekly)}`,
    failed: "plan seven_day",
    succeeded: "none",
  },
  {
    name: "and not when much was printed after it",
    output: `Here is such an event:\n${toStream(rejectedWeekly)}${"and so on\n".repeat(21)}`,
    failed: "none",
    succeeded: "none",
  },
  {
    name: "a bracket that is never closed hides nothing",
    output: `{\n  const a = 1;\n${SESSION}\n`,
    failed: "plan five_hour",
    succeeded: "none",
  },
];

describe("a stream of messages", () => {
  test.each(streams)("$name", ({ output, failed, succeeded }) => {
    const detected = detect(output);
    expect([toWord(detected.failed), toWord(detected.succeeded)]).toEqual([failed, succeeded]);
  });
});

describe("plain text", () => {
  test.each(texts)("$name", ({ output, failed, succeeded }) => {
    const detected = detect(output);
    expect([toWord(detected.failed), toWord(detected.succeeded)]).toEqual([failed, succeeded]);
  });

  test("stderr counts like stdout", () => {
    expect(toWord(detect(`${WEEKLY}\n`, "stderr").failed)).toBe("plan seven_day");
    expect(toWord(detect(toStream(rejectedWeekly), "stderr").succeeded)).toBe("plan seven_day");
  });
});

describe("both outputs in one place", () => {
  const warned = `npm warn config\n${toStream(init)}(node:7) Warning: slow\n${toStream(rejectedWeekly)}`;

  test("a stream stays certain between lines of stderr, and can be blocked", () => {
    const { succeeded, isBlocked } = detect(warned, "stdout", [], true);
    expect([toWord(succeeded), isBlocked]).toEqual(["plan seven_day", true]);
    expect(detect(warned).isBlocked).toBe(false);
  });

  test("an example that prose shows does not", () => {
    expect(detect(`Here it is:\n${toStream(rejectedWeekly)}`, "stdout", [], true).succeeded).toBeUndefined();
  });
});

describe("whatever the pieces", () => {
  test.each([...streams, ...texts])("$name", ({ output }) => {
    const whole = detect(output);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), (cuts) => {
        expect(detect(output, "stdout", cuts)).toEqual(whole);
      }),
      { seed: 4, numRuns: 60 },
    );
    expect(detect(output, "stdout", [...Buffer.from(output).keys()])).toEqual(whole);
  });
});

describe("an agent that is stopped while it runs", () => {
  test("is blocked by a rejected event", () => {
    expect(detect(toStream(init, rejectedWeekly)).isBlocked).toBe(true);
  });
  test("is not blocked once a model speaks again", () => {
    expect(detect(toStream(init, rejectedWeekly, toAssistant("On it."))).isBlocked).toBe(false);
  });
  test("is blocked again by the next rejection", () => {
    expect(detect(toStream(rejectedWeekly, toAssistant("On it."), toSynthetic(WEEKLY))).isBlocked).toBe(true);
  });
  test("is never blocked by plain text", () => {
    expect(detect(`${WEEKLY}\n`).isBlocked).toBe(false);
  });
  test("is not blocked by a throttle", () => {
    expect(detect(toStream(toErrorResult("API Error: Request rejected (429)"))).isBlocked).toBe(false);
  });
});

describe("hostile output never throws", () => {
  const pieces = [...streams, ...texts].map(({ output }) => output);
  const junk = fc.oneof(
    fc.constantFrom(...pieces),
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.constantFrom("{\n", "[\n", "}\n", "]\n", "\u001b[31m", '{"type":"result","is_error":true,"result":[1]}\n'),
    fc.constantFrom('{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","unifiedWindows":{"a":7}}}\n'),
  );

  test("whatever comes, in whatever order", () => {
    fc.assert(
      fc.property(fc.array(junk, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 6 }), (parts, cuts) => {
        detect(parts.join(""), "stdout", cuts);
      }),
      { seed: 10, numRuns: 3000 },
    );
  });
});

describe("bounded memory", () => {
  test("a line longer than a mebibyte is not read, and the next one is", () => {
    const long = toStream(toSynthetic(`${WEEKLY} ${"x".repeat(1024 * 1024)}`));
    expect(toWord(detect(long).failed)).toBe("none");
    expect(toWord(detect(long + toStream(rejectedWeekly)).succeeded)).toBe("plan seven_day");
    expect(
      toWord(detect(long + toStream(rejectedWeekly), "stdout", [10, 500_000, 1_000_000, 1_048_700]).succeeded),
    ).toBe("plan seven_day");
  });

  test("a JSON object over many lines is read up to a mebibyte", () => {
    const long = JSON.stringify(
      { ...toErrorResult(SESSION), usage: Array.from({ length: 200_000 }, () => 1) },
      null,
      2,
    );
    expect(toWord(detect(long).failed)).toBe("none");
  });

  test("a quarter of a gigabyte without a line feed leaves next to nothing behind", () => {
    const chunk = Buffer.alloc(1024 * 1024, "x");
    const before = process.memoryUsage().arrayBuffers;
    const detector = createLimitDetector({ now: () => NOW_MS });
    for (let count = 0; count < 256; count += 1) detector.push("stdout", chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
    expect(detector.decide(true)).toBeUndefined();
  });
});

describe("a message in a line that has more than it", () => {
  const event = JSON.stringify(rejectedWeekly);
  const result = JSON.stringify(toErrorResult(WEEKLY));

  test.each([
    ["a byte order mark", `\ufeff${event}\n`],
    ["colours around it", `\u001b[2m\u001b[36m${event}\u001b[0m\n`],
    ["a blank and a return", `  ${event}\r\n`],
  ])("with %s is as good as alone", (_name, output) => {
    expect(toWord(detect(output).succeeded)).toBe("plan seven_day");
    expect(detect(output).isBlocked).toBe(true);
  });

  test.each([
    ["docker compose", `agent-1  | ${event}\n`],
    ["concurrently", `[0] ${event}\n`],
    ["concurrently with colours", `\u001b[34m[agent]\u001b[39m ${event}\n`],
    ["turbo", `@scope/agent:night: ${result}\n`],
    ["docker logs", `2026-11-20T10:00:00.123456789Z ${result}\n`],
    ["an event stream", `event: message\ndata: ${event}\n\n`],
  ])("behind the words of %s explains a failure, and ends nobody beside it", (_name, output) => {
    const { failed, succeeded, isBlocked } = detect(output);
    expect([toWord(failed), toWord(succeeded), isBlocked]).toEqual(["plan seven_day", "none", false]);
  });

  test.each([
    ["a sentence", `He printed ${event}\n`],
    ["a quotation", `> ${event}\n`],
    ["a search", `session.jsonl:12:${event}\n`],
  ])("behind %s is an example", (_name, output) => {
    expect(detect(output).failed).toBeUndefined();
  });
});

describe("a text of more than a megabyte", () => {
  const long = "x".repeat(1_200_000);

  test.each([
    ["the messages of --verbose", JSON.stringify([init, toToolResult(long), toErrorResult(WEEKLY)])],
    ["a result with long fields", JSON.stringify({ permission_denials: [long], ...toErrorResult(WEEKLY) })],
  ])("is read from its end: %s", (_name, text) => {
    expect(toWord(detect(text).failed)).toBe("plan seven_day");
    expect(toWord(detect(`${text}\n`, "stdout", [7, 1_100_000, 1_199_990]).failed)).toBe("plan seven_day");
  });

  test.each([
    ["a result that succeeded", JSON.stringify([toToolResult(long), toSuccessResult(WEEKLY)])],
    ["a run of too many turns", JSON.stringify({ x: long, ...toErrorResult(WEEKLY), terminal_reason: "max_turns" })],
    ["a result within a text", JSON.stringify({ x: long, text: JSON.stringify(toErrorResult(WEEKLY)) })],
    ["a result with something behind it", `${JSON.stringify([toToolResult(long), toErrorResult(WEEKLY), { a: 1 }])}`],
    ["no JSON", `${long}${JSON.stringify(toErrorResult(WEEKLY))} was printed`],
  ])("is no limit: %s", (_name, text) => {
    expect(detect(text).failed).toBeUndefined();
  });
});
