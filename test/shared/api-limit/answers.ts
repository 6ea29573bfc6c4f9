// Answers of the messages API that refuse something, or only look so, and the limit that each of them means. Shapes: public
// reports and Claude Code 2.1.332; names, ids and moments are invented.
import type { ApiLimitKind } from "../../../shared/api-limit/decide-api-limit.ts";

export const NOW_MS = Date.parse("2026-11-27T12:00:00Z");

export type Case = {
  name: string;
  status: number;
  headers?: Readonly<Record<string, string>>;
  error?: { type: string; message: string; code?: string };
  /** "none": no limit. */
  kind: ApiLimitKind | "none";
  window?: string;
  /** Seconds from now. */
  ends?: number;
  retry?: number;
  retryOf?: string;
  allowed?: number;
};

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 24 * HOUR;

function toIso(seconds: number): string {
  return new Date(NOW_MS + seconds * 1000).toISOString().replace(".000Z", "Z");
}

function toEpoch(seconds: number): string {
  return String(NOW_MS / 1000 + seconds);
}

type Counts = { limit: number; remaining: number; reset: number };

/** Headers of an API key: `{ requests: { limit, remaining, reset in seconds } }`. */
function toKeyHeaders(
  buckets: Readonly<Record<string, Counts>>,
  prefix = "anthropic-ratelimit",
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(buckets).flatMap(([name, { limit, remaining, reset }]) => [
      [`${prefix}-${name}-limit`, String(limit)],
      [`${prefix}-${name}-remaining`, String(remaining)],
      [`${prefix}-${name}-reset`, toIso(reset)],
    ]),
  );
}

const OPEN = {
  requests: { limit: 1000, remaining: 900, reset: 1 },
  tokens: { limit: 100_000, remaining: 60_000, reset: 20 },
  "input-tokens": { limit: 80_000, remaining: 50_000, reset: 20 },
  "output-tokens": { limit: 20_000, remaining: 10_000, reset: 30 },
};

type Plan = { status?: string; claim?: string; reset?: number; overage?: string; reason?: string };

/** Headers of a login: windows by name with share, reset in seconds and status. */
function toPlanHeaders(
  { status = "rejected", claim = "five_hour", reset = HOUR, overage = "rejected", reason = "org_level_disabled" }: Plan,
  windows: Readonly<Record<string, [share: string, reset: number, status: string]>> = {},
): Record<string, string> {
  const unified = "anthropic-ratelimit-unified";
  return {
    [`${unified}-status`]: status,
    [`${unified}-representative-claim`]: claim,
    [`${unified}-reset`]: toEpoch(reset),
    [`${unified}-overage-status`]: overage,
    ...(overage === "rejected" && { [`${unified}-overage-disabled-reason`]: reason }),
    ...Object.fromEntries(
      Object.entries(windows).flatMap(([name, [share, windowReset, windowStatus]]) => [
        [`${unified}-${name}-status`, windowStatus],
        [`${unified}-${name}-reset`, toEpoch(windowReset)],
        [`${unified}-${name}-utilization`, share],
      ]),
    ),
  };
}

const ACCOUNT = {
  type: "rate_limit_error",
  message: "This request would exceed your account's rate limit. Please try again later.",
};

function toMinuteError(what: string) {
  const advice = "For details, refer to: https://docs.claude.com/en/api/rate-limits.";
  return {
    type: "rate_limit_error",
    message: `This request would exceed your organization's rate limit of ${what} per minute. ${advice}`,
  };
}

function toError(message: string, type = "rate_limit_error", code?: string) {
  return { type, message, ...(code !== undefined && { code }) };
}

const overloads: Case[] = [
  { name: "529 with its body", status: 529, error: toError("Overloaded", "overloaded_error"), kind: "overload" },
  { name: "529 of a page", status: 529, kind: "overload" },
  {
    name: "529 with buckets that are empty",
    status: 529,
    headers: toKeyHeaders({ requests: { limit: 50, remaining: 0, reset: 9 } }),
    kind: "overload",
  },
  {
    name: "an overload in a stream, after 200 was promised",
    status: 500,
    error: toError("Overloaded", "overloaded_error"),
    kind: "overload",
  },
  {
    name: "529 with a pause",
    status: 529,
    headers: { "retry-after": "5" },
    error: toError("Overloaded", "overloaded_error"),
    kind: "overload",
    retry: 5,
  },
];

const FULL_5H: [string, number, string] = ["1", HOUR, "rejected"];
const OPEN_7D: [string, number, string] = ["0.52", 3 * DAY, "allowed"];

const plans: Case[] = [
  {
    name: "the 5-hour window",
    status: 429,
    headers: toPlanHeaders({}, { "5h": FULL_5H, "7d": OPEN_7D }),
    error: ACCOUNT,
    kind: "plan",
    window: "five_hour",
    ends: HOUR,
    retry: HOUR,
  },
  {
    name: "the 5-hour window, retry-after of the same moment",
    status: 429,
    headers: { ...toPlanHeaders({}, { "5h": FULL_5H, "7d": OPEN_7D }), "retry-after": "3598" },
    error: ACCOUNT,
    kind: "plan",
    window: "five_hour",
    ends: HOUR,
    retry: HOUR,
  },
  {
    name: "the week",
    status: 429,
    headers: toPlanHeaders(
      { claim: "seven_day", reset: 3 * DAY },
      { "5h": ["0.3", HOUR, "allowed"], "7d": ["1.01", 3 * DAY, "rejected"] },
    ),
    error: ACCOUNT,
    kind: "plan",
    window: "seven_day",
    ends: 3 * DAY,
    retry: 3 * DAY,
  },
  {
    name: "both windows, of which the server claims the shorter",
    status: 429,
    headers: toPlanHeaders({}, { "5h": FULL_5H, "7d": ["1", 3 * DAY, "rejected"] }),
    error: ACCOUNT,
    kind: "plan",
    window: "seven_day",
    ends: 3 * DAY,
    retry: 3 * DAY,
  },
  {
    name: "both windows, retry-after of the shorter",
    status: 429,
    headers: { ...toPlanHeaders({}, { "5h": FULL_5H, "7d": ["1", 3 * DAY, "rejected"] }), "retry-after": String(HOUR) },
    error: ACCOUNT,
    kind: "plan",
    window: "seven_day",
    ends: 3 * DAY,
    retry: 3 * DAY,
    retryOf: "five_hour",
  },
  {
    name: "the week of Fable",
    status: 429,
    headers: toPlanHeaders(
      { claim: "seven_day_overage_included", reset: 2 * DAY },
      { "5h": ["0.2", HOUR, "allowed"], "7d_oi": ["1", 2 * DAY, "rejected"] },
    ),
    error: ACCOUNT,
    kind: "plan",
    window: "seven_day_overage_included",
    ends: 2 * DAY,
    retry: 2 * DAY,
  },
  {
    name: "the week of Opus, without headers of its own",
    status: 429,
    headers: toPlanHeaders({ claim: "seven_day_opus", reset: DAY }, { "5h": ["0.2", HOUR, "allowed"], "7d": OPEN_7D }),
    error: ACCOUNT,
    kind: "plan",
    window: "seven_day_opus",
    ends: DAY,
    retry: DAY,
  },
  {
    name: "the week of Sonnet",
    status: 429,
    headers: toPlanHeaders({ claim: "seven_day_sonnet", reset: DAY }, { "7d_sonnet": ["1", DAY, "rejected"] }),
    error: ACCOUNT,
    kind: "plan",
    window: "seven_day_sonnet",
    ends: DAY,
    retry: DAY,
  },
  {
    name: "a window full while the credits beyond it are used up",
    status: 429,
    headers: toPlanHeaders({ reason: "out_of_credits" }, { "5h": FULL_5H, "7d": OPEN_7D }),
    error: ACCOUNT,
    kind: "plan",
    window: "five_hour",
    ends: HOUR,
    retry: HOUR,
  },
  {
    name: "a plan without a reset",
    status: 429,
    headers: {
      "anthropic-ratelimit-unified-status": "rejected",
      "anthropic-ratelimit-unified-representative-claim": "five_hour",
    },
    error: ACCOUNT,
    kind: "plan",
    window: "five_hour",
  },
  {
    name: "a plan whose claim is missing",
    status: 429,
    headers: { "anthropic-ratelimit-unified-status": "rejected", "anthropic-ratelimit-unified-reset": toEpoch(HOUR) },
    kind: "plan",
    ends: HOUR,
    retry: HOUR,
  },
  {
    name: "a plan with a share that is no number",
    status: 429,
    headers: toPlanHeaders({}, { "5h": ["full", HOUR, "rejected"] }),
    kind: "plan",
    window: "five_hour",
    ends: HOUR,
    retry: HOUR,
  },
  {
    name: "a window that nobody knows yet",
    status: 429,
    headers: toPlanHeaders({ claim: "seven_day_quill", reset: DAY }, { "7d_quill": ["1", DAY, "rejected"] }),
    kind: "plan",
    window: "seven_day_quill",
    ends: DAY,
    retry: DAY,
  },
  {
    name: "a plan beside an empty bucket",
    status: 429,
    headers: {
      ...toPlanHeaders({}, { "5h": FULL_5H }),
      ...toKeyHeaders({ requests: { limit: 50, remaining: 0, reset: 5 } }),
    },
    kind: "plan",
    window: "five_hour",
    ends: HOUR,
    retry: HOUR,
  },
  {
    name: "money beyond the plan that an admin switched off",
    status: 429,
    headers: toPlanHeaders({ claim: "overage", reason: "member_level_disabled" }, { "5h": ["0.2", HOUR, "allowed"] }),
    error: ACCOUNT,
    kind: "extra-usage",
  },
  {
    name: "money beyond the plan whose cap has an end",
    status: 429,
    headers: toPlanHeaders(
      { claim: "overage", reset: 4 * DAY, reason: "org_spend_cap_reached" },
      { "5h": ["0.2", HOUR, "allowed"] },
    ),
    error: ACCOUNT,
    kind: "extra-usage",
    ends: 4 * DAY,
    retry: 4 * DAY,
  },
  {
    name: "a group with no credits",
    status: 429,
    headers: toPlanHeaders({ claim: "overage", reason: "group_zero_credit_limit" }),
    kind: "extra-usage",
  },
  {
    name: "a context that only extra usage pays for",
    status: 429,
    error: toError("Extra usage is required for long context requests."),
    kind: "extra-usage",
  },
];

function toEmpty(name: keyof typeof OPEN, reset: number) {
  return toKeyHeaders({ ...OPEN, [name]: { ...OPEN[name], remaining: 0, reset } });
}

const minutes: Case[] = [
  {
    name: "requests",
    status: 429,
    headers: { ...toEmpty("requests", 30), "retry-after": "12" },
    error: toMinuteError("1,000 requests"),
    kind: "requests",
    allowed: 1000,
    ends: 30,
    retry: 12,
  },
  {
    name: "requests, without retry-after",
    status: 429,
    headers: toEmpty("requests", 30),
    error: toMinuteError("1,000 requests"),
    kind: "requests",
    allowed: 1000,
    ends: 30,
    retry: 30,
  },
  {
    name: "requests by headers alone",
    status: 429,
    headers: toEmpty("requests", 30),
    kind: "requests",
    allowed: 1000,
    ends: 30,
    retry: 30,
  },
  {
    name: "requests by words alone",
    status: 429,
    headers: { "retry-after": "3" },
    error: toMinuteError("50 requests"),
    kind: "requests",
    retry: 3,
  },
  {
    name: "requests in the older words",
    status: 429,
    error: toError(
      "Number of requests has exceeded your per-minute rate limit (https://docs.anthropic.com/en/api/rate-limits)",
    ),
    kind: "requests",
  },
  {
    name: "requests and input tokens at once",
    status: 429,
    headers: toKeyHeaders({
      ...OPEN,
      requests: { limit: 50, remaining: 0, reset: 10 },
      "input-tokens": { limit: 30_000, remaining: 0, reset: 40 },
    }),
    kind: "requests",
    allowed: 50,
    ends: 10,
    retry: 10,
  },
  {
    name: "input tokens",
    status: 429,
    headers: { ...toEmpty("input-tokens", 40), "retry-after": "12" },
    error: toMinuteError("80,000 input tokens"),
    kind: "input-tokens",
    allowed: 80_000,
    ends: 40,
    retry: 12,
  },
  {
    name: "input tokens with the combined bucket empty too",
    status: 429,
    headers: toKeyHeaders({
      ...OPEN,
      tokens: { limit: 100_000, remaining: 0, reset: 50 },
      "input-tokens": { limit: 80_000, remaining: 0, reset: 40 },
    }),
    kind: "input-tokens",
    allowed: 80_000,
    ends: 40,
    retry: 40,
  },
  {
    name: "input tokens: one request larger than what is left",
    status: 429,
    headers: { ...toKeyHeaders(OPEN), "retry-after": "9" },
    error: toMinuteError("80,000 input tokens"),
    kind: "input-tokens",
    retry: 9,
  },
  {
    name: "input tokens with organisation and model in brackets",
    status: 429,
    error: toError(
      "This request would exceed your organization's rate limit of 30,000 input tokens per minute (org: 00000000-0000-4000-8000-000000000001, model: claude-opus-5-5).",
    ),
    kind: "input-tokens",
  },
  {
    name: "input tokens in the words of 2025",
    status: 429,
    error: toError(
      "This request would exceed the rate limit for your organization (00000000-0000-4000-8000-000000000001) of 40,000 input tokens per minute.",
    ),
    kind: "input-tokens",
  },
  {
    name: "input tokens in the older words",
    status: 429,
    error: toError("Number of request tokens has exceeded your per-minute rate limit"),
    kind: "input-tokens",
  },
  {
    name: "input tokens of the priority tier",
    status: 429,
    headers: toKeyHeaders({ "input-tokens": { limit: 10_000, remaining: 0, reset: 20 } }, "anthropic-priority"),
    kind: "input-tokens",
    allowed: 10_000,
    ends: 20,
    retry: 20,
  },
  {
    name: "output tokens",
    status: 429,
    headers: { ...toEmpty("output-tokens", 45), "retry-after": "20" },
    error: toMinuteError("20,000 output tokens"),
    kind: "output-tokens",
    allowed: 20_000,
    ends: 45,
    retry: 20,
  },
  {
    name: "output tokens by words alone",
    status: 429,
    error: toError("This request would exceed the rate limit for your organization of 8,000 output tokens per minute"),
    kind: "output-tokens",
  },
  {
    name: "output tokens in the older words",
    status: 429,
    error: toError("Number of output tokens has exceeded your per-minute rate limit"),
    kind: "output-tokens",
  },
  {
    name: "output tokens of fast mode",
    status: 429,
    headers: toKeyHeaders({ "output-tokens": { limit: 5_000, remaining: 0, reset: 20 } }, "anthropic-fast"),
    kind: "output-tokens",
    allowed: 5_000,
    ends: 20,
    retry: 20,
  },
  {
    name: "tokens of both kinds together",
    status: 429,
    headers: toKeyHeaders({ ...OPEN, tokens: { limit: 100_000, remaining: 0, reset: 50 } }),
    kind: "tokens",
    allowed: 100_000,
    ends: 50,
    retry: 50,
  },
  {
    name: "a bucket without a limit",
    status: 429,
    headers: { "anthropic-ratelimit-requests-remaining": "0" },
    kind: "requests",
  },
  {
    name: "a bucket whose reset cannot be",
    status: 429,
    headers: {
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-reset": "2026-02-30T00:00:00Z",
    },
    kind: "requests",
  },
  {
    name: "connections",
    status: 429,
    error: toError(
      "Number of concurrent connections has exceeded your rate limit. Please try again later or contact sales",
    ),
    kind: "connections",
  },
  {
    name: "retry-after in milliseconds",
    status: 429,
    headers: { ...toEmpty("requests", 30), "retry-after": "2", "retry-after-ms": "1500" },
    kind: "requests",
    allowed: 1000,
    ends: 30,
    retry: 1.5,
  },
  {
    name: "retry-after as a date",
    status: 429,
    headers: { ...toEmpty("requests", 30), "retry-after": "Fri, 27 Nov 2026 12:00:25 GMT" },
    kind: "requests",
    allowed: 1000,
    ends: 30,
    retry: 25,
  },
  {
    name: "retry-after that is no time",
    status: 429,
    headers: { ...toEmpty("requests", 30), "retry-after": "soon" },
    kind: "requests",
    allowed: 1000,
    ends: 30,
    retry: 30,
  },
];

const TO_DECEMBER = (Date.parse("2026-12-01T00:00:00Z") - NOW_MS) / 1000;
const REGAIN = "You will regain access on 2026-12-01 at 00:00 UTC.";

const quotas: Case[] = [
  {
    name: "the month's limit of the Console",
    status: 400,
    error: toError(`You have reached your specified API usage limits. ${REGAIN}`, "invalid_request_error"),
    kind: "quota",
    ends: TO_DECEMBER,
    retry: TO_DECEMBER,
  },
  {
    name: "the month's limit with 429",
    status: 429,
    error: toError(`You have reached your specified API usage limits. ${REGAIN}`),
    kind: "quota",
    ends: TO_DECEMBER,
    retry: TO_DECEMBER,
  },
  {
    name: "the month's limit with a date alone",
    status: 400,
    error: toError(
      "You have reached your specified API usage limits. You will regain access on 2026-12-01",
      "invalid_request_error",
    ),
    kind: "quota",
    ends: TO_DECEMBER,
    retry: TO_DECEMBER,
  },
  {
    name: "a day's tokens",
    status: 429,
    error: toError("Number of request tokens has exceeded your daily rate limit"),
    kind: "quota",
  },
  {
    name: "a month's usage",
    status: 429,
    error: toError("Your account has reached its monthly usage limit"),
    kind: "quota",
  },
  {
    name: "a bucket that is full again tomorrow",
    status: 429,
    headers: { ...toEmpty("input-tokens", 12 * HOUR), "retry-after": "43200" },
    kind: "quota",
    allowed: 80_000,
    ends: 12 * HOUR,
    retry: 12 * HOUR,
  },
  {
    name: "a bucket that takes four minutes is of a minute",
    status: 429,
    headers: toEmpty("input-tokens", 4 * MINUTE),
    kind: "input-tokens",
    allowed: 80_000,
    ends: 4 * MINUTE,
    retry: 4 * MINUTE,
  },
  {
    name: "the workspace's limit",
    status: 400,
    error: toError(`You have reached your specified workspace API usage limits. ${REGAIN}`, "invalid_request_error"),
    kind: "spend",
    ends: TO_DECEMBER,
    retry: TO_DECEMBER,
  },
  {
    name: "an enforced spend limit",
    status: 429,
    error: toError("Spend limit reached.", "rate_limit_error", "enforced_spend_limit_reached"),
    kind: "spend",
  },
  {
    name: "an enforced spend limit in other words",
    status: 429,
    error: toError(`Limit reached. ${REGAIN}`, "rate_limit_error", "enforced_spend_limit_reached"),
    kind: "spend",
    ends: TO_DECEMBER,
    retry: TO_DECEMBER,
  },
  {
    name: "the Claude Code workspace's spend limit",
    status: 429,
    headers: { "retry-after": "3600" },
    error: toError("Your Claude Code workspace spend limit has been reached."),
    kind: "spend",
    retry: HOUR,
  },
  {
    name: "a gateway's spend limit in the headers of a plan",
    status: 429,
    headers: toPlanHeaders({ claim: "overage" }),
    error: toError("spend limit reached (daily; resets 2026-11-28 00:00 UTC)", "billing_error"),
    kind: "spend",
  },
  {
    name: "an empty balance",
    status: 400,
    error: toError(
      "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
      "invalid_request_error",
    ),
    kind: "credit",
  },
  {
    name: "a bill that was not paid",
    status: 402,
    error: toError("There is an issue with your billing.", "billing_error"),
    kind: "credit",
  },
];

const throttles: Case[] = [
  {
    name: "usage that grew too fast",
    status: 429,
    error: toError(
      "This request would exceed your organization's maximum usage increase rate for input tokens per minute. Please scale up your input tokens usage more gradually to stay within the acceleration limit.",
    ),
    kind: "acceleration",
  },
  {
    name: "usage that grew too fast, beside open buckets",
    status: 429,
    headers: { ...toKeyHeaders(OPEN), "retry-after": "30" },
    error: toError(
      "This request would exceed your organization's (00000000-0000-4000-8000-000000000001) maximum usage increase rate for input tokens per minute.",
    ),
    kind: "acceleration",
    retry: 30,
  },
  {
    name: "a throttle in the words of the plan, without its headers",
    status: 429,
    headers: { "retry-after": "1" },
    error: ACCOUNT,
    kind: "throttle",
    retry: 1,
  },
  { name: "a throttle without any header", status: 429, error: toError("Rate limited"), kind: "throttle" },
  { name: "a throttle without a body", status: 429, kind: "throttle" },
  {
    name: "a throttle beside open buckets",
    status: 429,
    headers: toKeyHeaders(OPEN),
    error: toError("Rate limited"),
    kind: "throttle",
  },
  {
    name: "a throttle beside a plan that is open",
    status: 429,
    headers: toPlanHeaders({ status: "allowed" }, { "5h": ["0.2", HOUR, "allowed"] }),
    error: toError("Rate limited"),
    kind: "throttle",
  },
];

const keys: Case[] = [
  { name: "a wrong key", status: 401, error: toError("invalid x-api-key", "authentication_error"), kind: "key" },
  {
    name: "a login that has run out",
    status: 401,
    error: toError(
      "OAuth token has expired. Please obtain a new token or refresh your existing token.",
      "authentication_error",
    ),
    kind: "key",
  },
  {
    name: "a key that may not",
    status: 403,
    error: toError("Your API key does not have permission to use the specified resource.", "permission_error"),
    kind: "key",
  },
];

const none: Case[] = [
  { name: "a success", status: 200, headers: toKeyHeaders(OPEN), kind: "none" },
  { name: "a success that used up the last request", status: 200, headers: toEmpty("requests", 30), kind: "none" },
  {
    name: "a turn beyond the plan that extra usage pays for",
    status: 200,
    headers: toPlanHeaders({ overage: "allowed" }, { "5h": FULL_5H }),
    kind: "none",
  },
  {
    name: "a request that is wrong",
    status: 400,
    error: toError("max_tokens: Field required", "invalid_request_error"),
    kind: "none",
  },
  {
    name: "a request that is too large",
    status: 413,
    error: toError("Request exceeds the maximum size", "request_too_large"),
    kind: "none",
  },
  {
    name: "a model that does not exist",
    status: 404,
    error: toError("model: claude-none", "not_found_error"),
    kind: "none",
  },
  { name: "a server that failed", status: 500, error: toError("Internal server error", "api_error"), kind: "server" },
  { name: "a gateway without a server", status: 502, kind: "server" },
];

export const cases: readonly Case[] = [...overloads, ...plans, ...minutes, ...quotas, ...throttles, ...keys, ...none];

export function toBody({ error }: Case): string {
  if (!error) return "";
  const { code, ...rest } = error;
  const details = code === undefined ? {} : { details: { error_code: code } };
  return JSON.stringify({ type: "error", error: { ...rest, ...details }, request_id: "req_011CAAAAAAAAAAAAAAAAAAAA" });
}
