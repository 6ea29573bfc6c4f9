// A limit in words: what it is, whose it is, when it ends and what helps. Pure.
import type { ApiLimit, ApiLimitKind } from "../../../shared/api-limit/decide-api-limit.ts";
import { formatClock, formatCountdown } from "../../../shared/format.ts";
import { toIso } from "../../../shared/time.ts";
import { toLimitName } from "../limit/limit.ts";
import { toTerminalText } from "../terminal-text.ts";

/** As `--json` prints it; the moments are ISO text or null. */
export type LimitReport = {
  kind: ApiLimitKind | "none";
  window: string | null;
  what: string;
  /** plan: of the subscription's account. organisation: all its keys share it. */
  whose: "plan" | "key" | "organisation" | "workspace" | "server" | null;
  allowed: number | null;
  ends_at: string | null;
  retry_at: string | null;
  /** The window whose reset the answer's retry-after means, where another one ends later. */
  retry_of: string | null;
  helps: string;
};

type Words = { what: string; whose: LimitReport["whose"]; helps: string };

const FEWER = "fewer agents at once, prompt caching, shorter prompts; your plan and its windows are not involved";

const wordsOfKind = {
  overload: {
    what: "the server is overloaded (529)",
    whose: "server",
    helps: "retry with growing pauses and jitter; it is not your quota",
  },
  plan: {
    what: "plan limit",
    whose: "plan",
    helps: "wait for the reset; retries before it fail (`claude-meter run --resume` waits)",
  },
  "extra-usage": {
    what: "extra usage is used up or switched off",
    whose: "plan",
    helps: "allow or add extra usage in the settings of claude.ai, or ask an admin; retries do not help",
  },
  requests: {
    what: "requests per minute",
    whose: "organisation",
    helps: "fewer requests at once, and retries with jitter",
  },
  "input-tokens": { what: "input tokens per minute", whose: "organisation", helps: FEWER },
  "output-tokens": {
    what: "output tokens per minute",
    whose: "organisation",
    helps: "fewer agents at once, a smaller max_tokens; your plan and its windows are not involved",
  },
  tokens: { what: "tokens per minute", whose: "organisation", helps: FEWER },
  connections: {
    what: "too many requests at the same time",
    whose: "organisation",
    helps: "fewer agents at once; a request is free as soon as another ends",
  },
  quota: {
    what: "a quota of a day or a month",
    whose: "organisation",
    helps: "wait for its day, or raise the limit in the Console; retries do not help",
  },
  spend: {
    what: "a spend limit",
    whose: "workspace",
    helps: "an admin can raise it in the Console; retries do not help",
  },
  credit: {
    what: "the credit balance is used up",
    whose: "organisation",
    helps: "buy credits in the Console (Plans & Billing); retries do not help",
  },
  acceleration: {
    what: "usage grew too fast (acceleration limit)",
    whose: "organisation",
    helps: "ramp up more slowly: start agents one after the other, over minutes",
  },
  throttle: {
    what: "the server throttled this request without naming a limit",
    whose: "server",
    helps: "retry after a short pause with jitter; it is not your plan's limit",
  },
  key: {
    what: "the key or login was refused",
    whose: "key",
    helps: "check ANTHROPIC_API_KEY, or sign in again with `claude /login`; it is no limit",
  },
  server: { what: "the server failed", whose: "server", helps: "retry with growing pauses; it is no limit" },
} as const satisfies Record<ApiLimitKind, Words>;

const NO_LIMIT = { what: "no limit", whose: null, helps: "nothing in this answer says that a limit was hit" } as const;

export function toLimitReport(limit: ApiLimit | undefined): LimitReport {
  const { what, whose, helps }: Words = limit ? wordsOfKind[limit.kind] : NO_LIMIT;
  const window = limit?.window ?? null;
  return {
    kind: limit?.kind ?? "none",
    window,
    what: window === null ? what : `${toName(window)} ${what}`,
    whose,
    allowed: limit?.allowed ?? null,
    ends_at: toIsoOrNull(limit?.endsAtMs),
    retry_at: toIsoOrNull(limit?.retryAtMs),
    retry_of: limit?.retryOf ?? null,
    helps,
  };
}

/** "input tokens per minute (of the organisation, 80000 allowed): retry in 12 s, full again 10:05. Helps: …" */
export function formatLimitReport(report: LimitReport, nowMs: number): string {
  if (report.kind === "none") return `No limit: ${report.helps}.`;
  const allowed = report.allowed === null ? "" : `, ${report.allowed} allowed`;
  const owner = report.whose === null ? "" : ` (${ownerWords[report.whose]}${allowed})`;
  const other = report.retry_of === null ? "" : `; its retry-after means only the ${toName(report.retry_of)} window`;
  return `${capitalise(report.what)}${owner}: ${toEndWords(report, nowMs)}${other}. Helps: ${report.helps}.`;
}

const ownerWords = {
  plan: "of your plan",
  key: "of this key or login",
  organisation: "of the organisation, shared by its keys",
  workspace: "of the workspace or organisation",
  server: "of the server",
} as const satisfies Record<NonNullable<LimitReport["whose"]>, string>;

/** Where a bucket is full again later than a retry is worth a try, both are said. */
function toEndWords({ kind, ends_at, retry_at }: LimitReport, nowMs: number): string {
  if (ends_at === null && retry_at === null) return "no end is named";
  const isOver = Date.parse(ends_at ?? retry_at ?? "") <= nowMs;
  if (isOver) return `over since ${formatClock(ends_at ?? retry_at ?? "", nowMs)}`;
  if (ends_at !== null && (retry_at === null || retry_at >= ends_at)) return `ends ${toMoment(ends_at, nowMs)}`;
  const retry = retry_at === null ? "" : `retry ${formatCountdown(Date.parse(retry_at) - nowMs)}`;
  const verb = kind === "quota" || kind === "spend" ? "ends" : "full again";
  return ends_at === null ? retry : `${retry}, ${verb} ${toMoment(ends_at, nowMs)}`;
}

function toMoment(iso: string, nowMs: number): string {
  return `${formatClock(iso, nowMs)} (${formatCountdown(Date.parse(iso) - nowMs)})`;
}

function toName(window: string): string {
  return toTerminalText(toLimitName(window), 40);
}

function capitalise(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function toIsoOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : toIso(ms);
}
