// What people paste: a whole answer, headers, an SDK's error, a client's sentence; and the one line that explains it.
import { describe, expect, test } from "vitest";
import { explain } from "../../../../bridge/cli/limits/explain.ts";
import { formatLimitReport, toLimitReport } from "../../../../bridge/cli/limits/limit-report.ts";
import { type Case, cases, NOW_MS, toBody } from "../../../shared/api-limit/answers.ts";

const clock = { nowMs: NOW_MS, timeZone: "UTC" };

function toLine(text: string): string {
  return formatLimitReport(toLimitReport(explain(text, clock).limit), NOW_MS);
}

/** `curl -i`, as it prints an answer of HTTP/2. */
function toCurlOutput(each: Case): string {
  const headers = Object.entries({ date: "Fri, 27 Nov 2026 12:00:00 GMT", ...each.headers });
  return [`HTTP/2 ${each.status} `, ...headers.map(([name, value]) => `${name}: ${value}`), "", toBody(each)].join(
    "\r\n",
  );
}

/** As the API's SDK for JavaScript is printed by Node when nobody catches it. */
function toSdkOutput(each: Case): string {
  const headers = Object.entries(each.headers ?? {}).map(([name, value]) => `    '${name}': '${value}'`);
  return `RateLimitError: ${each.status} ${toBody(each)}\n    at APIError.generate (core/error.mjs:55:20) {\n  status: ${each.status},\n  headers: Headers {\n${headers.join(",\n")}\n  },\n}`;
}

describe("a whole answer means what its status, headers and body mean", () => {
  test.each(cases)("curl -i: $status, $name", (each) => {
    const { limit, isKnown } = explain(toCurlOutput(each), clock);
    expect([isKnown, limit?.kind ?? "none", limit?.window ?? null]).toEqual([true, each.kind, each.window ?? null]);
    expect(limit?.retryAtMs ?? null).toBe(each.retry === undefined ? null : NOW_MS + each.retry * 1000);
  });

  test.each(cases.filter(({ error }) => error !== undefined))("SDK: $status, $name", (each) => {
    expect(explain(toSdkOutput(each), clock).limit?.kind ?? "none").toBe(
      // Without any header in sight, these words are those of a plan.
      each.headers === undefined && each.error?.message.includes("your account's") ? "plan" : each.kind,
    );
  });
});

describe("other forms", () => {
  test.each([
    [
      "python",
      `anthropic.RateLimitError: Error code: 429 - {'type': 'error', 'error': {'type': 'rate_limit_error', 'message': "This request would exceed your organization's maximum usage increase rate for input tokens per minute."}}`,
      "acceleration",
    ],
    [
      "python, no apostrophe",
      "Error code: 429 - {'type': 'error', 'error': {'type': 'rate_limit_error', 'message': 'This request would exceed the rate limit for your organization of 8,000 output tokens per minute.'}}",
      "output-tokens",
    ],
    [
      "a body alone",
      '{\n  "type": "error",\n  "error": {\n    "type": "rate_limit_error",\n    "message": "This request would exceed your organization\'s rate limit of 50 requests per minute."\n  }\n}',
      "requests",
    ],
    ["a plan's body alone", toBody(cases.find(({ kind }) => kind === "plan") ?? raise()), "plan"],
    [
      "headers alone",
      "anthropic-ratelimit-requests-limit: 50\nanthropic-ratelimit-requests-remaining: 0\n",
      "requests",
    ],
    [
      "headers of curl -v",
      "< HTTP/2 429 \r\n< retry-after: 7\r\n< anthropic-ratelimit-output-tokens-remaining: 0\r\n",
      "output-tokens",
    ],
    ["an answer behind a proxy's own", "HTTP/1.1 200 Connection established\r\n\r\nHTTP/2 529 \r\n\r\n", "overload"],
    ["the weekly limit", "You've hit your weekly limit · resets Nov 30, 3:34pm (UTC)", "plan"],
    [
      "a model's limit",
      "You've hit your Fable limit · resets Nov 30, 3:25pm (UTC). Switch to another model to continue.",
      "plan",
    ],
    [
      "the Agent SDK",
      "Error: Claude Code returned an error result: You've hit your 5-hour limit · resets 3:34pm (UTC)",
      "plan",
    ],
    [
      "a month's limit",
      "API Error: 400 You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.",
      "quota",
    ],
    [
      "requests, as Claude Code says it",
      "API Error: Request rejected (429) · This request would exceed your organization's rate limit of 50 requests per minute.",
      "requests",
    ],
    [
      "a throttle, as Claude Code says it",
      "API Error: Server is temporarily limiting requests (not your usage limit)",
      "throttle",
    ],
    ["extra usage", "You're out of usage credits. Switch to another model to continue.", "extra-usage"],
    ["an overload, as Claude Code says it", "API Error: Repeated 529 Overloaded errors", "overload"],
    ["a login", "Failed to authenticate: OAuth session expired", "key"],
    [
      "an event",
      '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","rateLimitType":"five_hour","resetsAt":1795788000}}',
      "plan",
    ],
  ])("%s", (_name, text, kind) => {
    expect(explain(text, clock)).toMatchObject({ isKnown: true, limit: { kind } });
  });

  test.each(["", "hello", "Done: 42.", "error TS2322: Type 'string' is not assignable", "HTTP is a protocol"])(
    "%j is nothing that it knows",
    (text) => {
      expect(explain(text, clock)).toEqual({ isKnown: false, limit: undefined });
    },
  );
});

describe("the line", () => {
  test("names what it is, whose, until when, and what helps", () => {
    const line = toLine(toCurlOutput(cases.find(({ name }) => name === "input tokens") ?? raise()));
    expect(line).toMatch(
      /^Input tokens per minute \(of the organisation, shared by its keys, 80000 allowed\): retry in 12 s, full again \S+ \(in 40 s\)\. Helps: .*\.$/,
    );
  });

  test("says when retry-after belongs to another window than the one that ends last", () => {
    const line = toLine(toCurlOutput(cases.find(({ retryOf }) => retryOf !== undefined) ?? raise()));
    expect(line).toMatch(
      /^Weekly plan limit \(of your plan\): ends .* \(in 3 d\); its retry-after means only the 5-hour window\./,
    );
  });

  test("reads retry-after from the moment of the answer, also when it is pasted later", () => {
    const text = "HTTP/2 429 \r\ndate: Fri, 27 Nov 2026 11:59:00 GMT\r\nretry-after: 12\r\n\r\n";
    expect(toLine(text)).toMatch(/: over since /);
  });

  test("repeats nothing of a key or a body", () => {
    const secret = "sk-ant-api03-SECRET";
    const text = `> x-api-key: ${secret}\nHTTP/2 429 \r\n\r\n{"type":"error","error":{"type":"rate_limit_error","message":"${secret}"}}`;
    expect(toLine(text)).not.toContain("SECRET");
  });
});

function raise(): never {
  throw new Error("no such case");
}
