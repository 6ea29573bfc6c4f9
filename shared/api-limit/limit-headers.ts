// What the headers of an answer of the messages API say about limits: the windows of a plan, the buckets of an API key, and
// how long to wait. Units as the source has them: a plan's shares are fractions and its moments epoch seconds. Pure.
import { parseIsoMs, parseServerTime } from "../time.ts";

/** By lower-case name; of several equal ones the last. */
export type HeaderMap = ReadonlyMap<string, string>;

export type PlanWindow = {
  /** As rows and events name it: five_hour, seven_day, seven_day_overage_included. */
  id: string;
  isRejected: boolean;
  /** 100 is full. */
  usedPercent: number | null;
  resetsAtMs: number | null;
};

export type PlanHeaders = {
  isRejected: boolean;
  /** The window that the server names as the one that counts; "overage" for the money beyond the plan. */
  claim: string | null;
  resetsAtMs: number | null;
  /** Money pays for what is beyond the plan, so that a rejected window stops nothing. */
  isPaid: boolean;
  /** Why no money pays. */
  disabledReason: string | null;
  windows: readonly PlanWindow[];
};

/** One limit of an API key: `requests`, `input-tokens`, `output-tokens`, `tokens`, or those of a tier: `priority-…`. */
export type Bucket = { id: string; limit: number | null; remaining: number | null; resetsAtMs: number | null };

export type LimitHeaders = {
  plan: PlanHeaders | undefined;
  buckets: readonly Bucket[];
  retryAfterMs: number | null;
};

const UNIFIED = "anthropic-ratelimit-unified-";
const WINDOW = /^((?:5h|7d)(?:_[a-z0-9]{1,20})?)-(status|reset|utilization)$/;
const BUCKET =
  /^anthropic-(?:ratelimit|(priority|fast))-(requests|tokens|input-tokens|output-tokens)-(limit|remaining|reset)$/;

const windowIds = new Map([
  ["5h", "five_hour"],
  ["7d", "seven_day"],
  ["7d_oi", "seven_day_overage_included"],
]);

export function readLimitHeaders(headers: HeaderMap, nowMs: number): LimitHeaders {
  return { plan: readPlan(headers), buckets: readBuckets(headers), retryAfterMs: readRetryAfter(headers, nowMs) };
}

function readPlan(headers: HeaderMap): PlanHeaders | undefined {
  const status = headers.get(`${UNIFIED}status`);
  const windows = readWindows(headers);
  if (status === undefined && windows.length === 0) return undefined;
  return {
    isRejected: status === "rejected",
    claim: headers.get(`${UNIFIED}representative-claim`) ?? null,
    resetsAtMs: toEpochMs(headers.get(`${UNIFIED}reset`)),
    isPaid: headers.get(`${UNIFIED}overage-status`)?.startsWith("allowed") ?? false,
    disabledReason: headers.get(`${UNIFIED}overage-disabled-reason`) ?? null,
    windows,
  };
}

function readWindows(headers: HeaderMap): PlanWindow[] {
  const names = new Set<string>();
  for (const name of headers.keys()) {
    const window = name.startsWith(UNIFIED) ? WINDOW.exec(name.slice(UNIFIED.length))?.[1] : undefined;
    if (window !== undefined) names.add(window);
  }
  return [...names].map((name) => ({
    id: windowIds.get(name) ?? name.replace(/^7d/, "seven_day").replace(/^5h/, "five_hour"),
    isRejected: headers.get(`${UNIFIED}${name}-status`) === "rejected",
    usedPercent: toPercent(headers.get(`${UNIFIED}${name}-utilization`)),
    resetsAtMs: toEpochMs(headers.get(`${UNIFIED}${name}-reset`)),
  }));
}

function readBuckets(headers: HeaderMap): Bucket[] {
  const buckets = new Map<string, Bucket>();
  for (const [name, value] of headers) {
    const [, tier, kind, field] = BUCKET.exec(name) ?? [];
    if (kind === undefined) continue;
    const id = tier === undefined ? kind : `${tier}-${kind}`;
    const known = buckets.get(id) ?? { id, limit: null, remaining: null, resetsAtMs: null };
    if (field === "reset") buckets.set(id, { ...known, resetsAtMs: parseIsoMs(value) ?? null });
    else buckets.set(id, { ...known, [field === "limit" ? "limit" : "remaining"]: toCount(value) });
  }
  return [...buckets.values()];
}

/** Seconds, or a date of HTTP; the finer header of the SDKs stands before both. */
function readRetryAfter(headers: HeaderMap, nowMs: number): number | null {
  const exact = toCount(headers.get("retry-after-ms"));
  if (exact !== null) return exact;
  const text = headers.get("retry-after");
  if (text === undefined) return null;
  const seconds = /^\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
  if (seconds !== undefined) return seconds * 1000;
  const dateMs = Date.parse(text);
  return Number.isFinite(dateMs) ? Math.max(0, dateMs - nowMs) : null;
}

function toCount(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function toPercent(text: string | undefined): number | null {
  const fraction = text !== undefined && /^\d{1,3}(?:\.\d{1,20})?$/.test(text) ? Number(text) : Number.NaN;
  // 0.07 * 100 is 7.000000000000001.
  return fraction >= 0 && fraction <= 10 ? Math.round(fraction * 1e8) / 1e6 : null;
}

function toEpochMs(text: string | undefined): number | null {
  const iso = text !== undefined && /^\d{1,12}$/.test(text) ? parseServerTime(Number(text)) : undefined;
  return iso === undefined ? null : Date.parse(iso);
}
