// Which limit an answer of the messages API means: by its status, then its headers, then its message. Numbers come from the
// headers alone. Pure.
import { ACCOUNT_LIMIT, CREDIT_BALANCE, LONG_CONTEXT, SPECIFIED_LIMIT, SWITCHED_OFF } from "./api-message.ts";
import { type Bucket, type HeaderMap, type PlanHeaders, readLimitHeaders } from "./limit-headers.ts";
import { selectLastReset } from "./select-last-reset.ts";

export const apiLimitKinds = [
  "overload",
  "plan",
  "extra-usage",
  "requests",
  "input-tokens",
  "output-tokens",
  "tokens",
  "connections",
  "quota",
  "spend",
  "credit",
  "acceleration",
  "throttle",
  "key",
  "server",
] as const;
export type ApiLimitKind = (typeof apiLimitKinds)[number];

export type ApiAnswer = {
  /** Null when the words that were found do not tell. */
  status: number | null;
  /** Undefined where nobody has seen them, which is not the same as none. */
  headers: HeaderMap | undefined;
  /** `error.type` of the body. */
  type: string | null;
  /** `error.details.error_code` of the body. */
  code: string | null;
  /** `error.message` of the body. */
  message: string | null;
  seenAtMs: number;
};

export type ApiLimit = {
  kind: ApiLimitKind;
  /** Of the plan: which window; null when the answer does not say. */
  window: string | null;
  /** How many are allowed, as a header said. */
  allowed: number | null;
  /** When the limit is over: a window's reset, a bucket full again, the day that a message names. */
  endsAtMs: number | null;
  /** The first moment at which to ask again can help. */
  retryAtMs: number | null;
  /** The window whose reset `retry-after` means, when that is not the one that ends last. */
  retryOf: string | null;
};

type Found = Partial<ApiLimit> & { kind: ApiLimitKind };

const OVERLOADED = 529;
const TOO_MANY_REQUESTS = 429;
/** A bucket of a minute is full again within it; one that takes longer is of a day or a month. */
const MINUTE_BUCKET_MS = 10 * 60_000;
/** Seconds are cut off in one of two moments that mean the same. */
const SAME_MS = 60_000;

/** Undefined for an answer that is no limit: a success, a turn that extra usage pays for, a request that is wrong. */
export function decideApiLimit(answer: ApiAnswer): ApiLimit | undefined {
  const { plan, buckets, retryAfterMs } = readLimitHeaders(answer.headers ?? new Map(), answer.seenAtMs);
  const status = answer.status ?? toStatus(answer.type);
  const found = findLimit(answer, { status, plan, buckets });
  if (!found) return undefined;
  const limit = { window: null, allowed: null, endsAtMs: null, retryOf: null, ...found };
  const retryAtMs = retryAfterMs === null ? null : answer.seenAtMs + retryAfterMs;
  // Before the reset of a plan's window nothing goes, whatever else the answer says.
  if (limit.kind === "plan" && limit.endsAtMs !== null) {
    return { ...limit, retryAtMs: limit.endsAtMs, retryOf: findRetryWindow(plan, limit, retryAtMs) };
  }
  return { ...limit, retryAtMs: retryAtMs ?? limit.endsAtMs };
}

type Read = { status: number | null; plan: PlanHeaders | undefined; buckets: readonly Bucket[] };

function findLimit(answer: ApiAnswer, { status, plan, buckets }: Read): Found | undefined {
  if (status !== null && status < 400) return undefined;
  if (status === OVERLOADED || answer.type === "overloaded_error") return { kind: "overload" };
  const ofMessage = findInMessage(answer);
  if (status === TOO_MANY_REQUESTS) {
    // A gateway names its own spend limit in the headers of a plan.
    if (plan?.isRejected && ofMessage?.kind !== "spend") return findInPlan(plan);
    return findEmptyBucket(buckets, answer.seenAtMs) ?? ofMessage ?? findUnnamed(answer);
  }
  if (ofMessage) return ofMessage;
  if (status === 401 || status === 403 || answer.type === "authentication_error") return { kind: "key" };
  return status !== null && status >= 500 ? { kind: "server" } : undefined;
}

const statusOfType = new Map([
  ["rate_limit_error", TOO_MANY_REQUESTS],
  ["overloaded_error", OVERLOADED],
  ["authentication_error", 401],
  ["permission_error", 403],
  ["billing_error", 402],
  ["invalid_request_error", 400],
  ["timeout_error", 504],
  ["api_error", 500],
]);

function toStatus(type: string | null): number | null {
  return statusOfType.get(type ?? "") ?? null;
}

/** Of all rejected windows the one that is free last: until then nothing goes. */
function findInPlan({ claim, disabledReason, resetsAtMs, windows }: PlanHeaders): Found {
  const rejected = windows.filter(({ isRejected }) => isRejected);
  if (claim === "overage" && rejected.length === 0) {
    return { kind: "extra-usage", endsAtMs: SWITCHED_OFF.test(disabledReason ?? "") ? null : resetsAtMs };
  }
  // The claimed window may be one of a model, which has no headers of its own.
  const claimed = claim === null || claim === "overage" || rejected.some(({ id }) => id === claim);
  const last = selectLastReset(claimed ? rejected : [...rejected, { id: claim, resetsAtMs }]);
  return { kind: "plan", window: last?.id ?? null, endsAtMs: last ? (last.resetsAtMs ?? resetsAtMs) : resetsAtMs };
}

function findRetryWindow(
  plan: PlanHeaders | undefined,
  { window }: { window: string | null },
  retryAtMs: number | null,
) {
  if (retryAtMs === null) return null;
  const near = plan?.windows.find(
    ({ resetsAtMs }) => resetsAtMs !== null && Math.abs(resetsAtMs - retryAtMs) <= SAME_MS,
  );
  return near && near.id !== window ? near.id : null;
}

const bucketOrder = ["requests", "input-tokens", "output-tokens", "tokens"] as const;

function findEmptyBucket(buckets: readonly Bucket[], nowMs: number): Found | undefined {
  for (const kind of bucketOrder) {
    const empty = buckets.find(
      ({ id, remaining }) => remaining === 0 && id.replace(/^(?:priority|fast)-/, "") === kind,
    );
    if (!empty) continue;
    const { limit: allowed, resetsAtMs: endsAtMs } = empty;
    const isOfMinute = endsAtMs === null || endsAtMs - nowMs <= MINUTE_BUCKET_MS;
    return { kind: isOfMinute ? kind : "quota", allowed, endsAtMs };
  }
  return undefined;
}

const REGAIN = /\bregain access on (\d{4}-\d{2}-\d{2})(?: at (\d{2}:\d{2}) UTC)?/;

/** In this order: what grows too fast is told in tokens a minute as well. */
const messages: readonly { kind: ApiLimitKind; pattern: RegExp }[] = [
  { kind: "credit", pattern: CREDIT_BALANCE },
  { kind: "extra-usage", pattern: LONG_CONTEXT },
  { kind: "spend", pattern: /^You have reached your specified workspace\b/ },
  { kind: "quota", pattern: SPECIFIED_LIMIT },
  { kind: "spend", pattern: /\bspend(?:ing)? limit\b/i },
  { kind: "acceleration", pattern: /\bmaximum usage increase rate\b|\bacceleration limit\b/ },
  {
    kind: "quota",
    pattern: /\b(?:daily|monthly) (?:rate |usage |token |request )?(?:limit|quota)\b|\bper[ -](?:day|month)\b/,
  },
  { kind: "connections", pattern: /\bconcurrent (?:connections|requests)\b/i },
  { kind: "input-tokens", pattern: /\binput tokens per[ -]minute\b/ },
  { kind: "output-tokens", pattern: /\boutput tokens per[ -]minute\b/ },
  // The older words for the tokens of requests; those of the answer are named.
  { kind: "input-tokens", pattern: /\brequest tokens has exceeded your per[ -]minute\b/ },
  { kind: "output-tokens", pattern: /\boutput tokens has exceeded your per[ -]minute\b/ },
  { kind: "requests", pattern: /\brequests (?:per[ -]minute\b|has exceeded your per[ -]minute\b)/ },
  { kind: "tokens", pattern: /\btokens per[ -]minute\b|\btokens has exceeded your per[ -]minute\b/ },
];

function findInMessage({ code, message, type }: ApiAnswer): Found | undefined {
  if (code === "enforced_spend_limit_reached") return { kind: "spend", ...toRegain(message) };
  const kind = messages.find(({ pattern }) => pattern.test(message ?? ""))?.kind;
  if (kind !== undefined) return { kind, ...toRegain(message) };
  return type === "billing_error" ? { kind: "credit" } : undefined;
}

function toRegain(message: string | null): Pick<Found, "endsAtMs"> {
  const [, day, time = "00:00"] = REGAIN.exec(message ?? "") ?? [];
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}T${time}Z`);
  return { endsAtMs: Number.isFinite(ms) ? ms : null };
}

/** A plan says so in its headers; where nobody has seen them, the words of a login have to do. */
function findUnnamed({ headers, message }: ApiAnswer): Found {
  return { kind: headers === undefined && ACCOUNT_LIMIT.test(message ?? "") ? "plan" : "throttle" };
}
