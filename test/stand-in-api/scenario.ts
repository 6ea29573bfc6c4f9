// What the stand-in API answers to a prompt with a tag: `[[limit5h until=1795800000]]`. A scenario keeps no state: what it
// needs to know stands in the tag, so any number of clients can play any of them at once.
import { toUnifiedHeaders, type UnifiedState } from "./unified-headers.ts";

export type Tag = { name: string; options: ReadonlyMap<string, string> };

export type Answer =
  | { kind: "text"; text: string; headers: Record<string, string> }
  | { kind: "tool"; tool: string; input: Record<string, unknown>; headers: Record<string, string> }
  | { kind: "error"; status: number; type: string; message: string; headers: Record<string, string> };

/** Where a conversation stands: the newest tag in it, and how many tools ended since. */
export type Turn = { tag: Tag; toolResults: number; nowMs: number };

type Resets = { fiveHour: number; weekly: number };

const HOUR_SECONDS = 3_600;
const REFUSED = "This request would exceed your account's rate limit. Please try again later.";

/** Each is what the server says while the limit holds. */
const limits: Readonly<Record<string, (resets: Resets) => Partial<UnifiedState>>> = {
  limit5h: ({ fiveHour }) => ({ windows: { "5h": toFull(fiveHour) } }),
  limit7d: ({ weekly }) => ({ claim: "seven_day", resetsAt: weekly, windows: { "7d": toFull(weekly) } }),
  both: ({ fiveHour, weekly }) => ({ windows: { "5h": toFull(fiveHour), "7d": toFull(weekly) } }),
  opus: ({ weekly }) => ({ claim: "seven_day_opus", resetsAt: weekly }),
  sonnet: ({ weekly }) => ({ claim: "seven_day_sonnet", resetsAt: weekly }),
  fable: ({ weekly }) => ({
    claim: "seven_day_overage_included",
    resetsAt: weekly,
    windows: { "7d_oi": toFull(weekly) },
  }),
  orgcap: ({ fiveHour }) => ({ windows: { "5h": toFull(fiveHour) }, overage: toRefused("org_spend_cap_reached") }),
  seat: () => ({ ...toMoneyLimit("seat_tier_level_disabled"), resetsAt: null }),
  group: () => toMoneyLimit("group_zero_credit_limit"),
  member: () => toMoneyLimit("member_level_disabled"),
  service: () => toMoneyLimit("org_service_level_disabled"),
};

type Failure = { status: number; type: string; message: string; headers?: Record<string, string> };

const failures: Readonly<Record<string, (resets: Resets) => Failure>> = {
  throttle: () => ({ status: 429, type: "rate_limit_error", message: REFUSED, headers: { "retry-after": "1" } }),
  perminute: () => ({
    status: 429,
    type: "rate_limit_error",
    message: "This request would exceed your organization's rate limit of 50 requests per minute.",
    headers: {
      "retry-after": "1",
      "anthropic-ratelimit-requests-limit": "50",
      "anthropic-ratelimit-requests-remaining": "0",
    },
  }),
  overloaded: () => ({ status: 529, type: "overloaded_error", message: "Overloaded" }),
  broken: () => ({ status: 500, type: "api_error", message: "Internal server error" }),
  balance: () => ({
    status: 400,
    type: "invalid_request_error",
    message:
      "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
  }),
  specified: ({ weekly }) => ({
    status: 400,
    type: "invalid_request_error",
    message: `You have reached your specified API usage limits. You will regain access on ${toDay(weekly)} at 00:00 UTC.`,
  }),
};

export function decideAnswer({ tag, toolResults, nowMs }: Turn): Answer {
  const nowSeconds = Math.floor(nowMs / 1000);
  const untilSeconds = readNumber(tag, "until");
  const resets = {
    fiveHour: untilSeconds ?? nowSeconds + HOUR_SECONDS,
    weekly: readNumber(tag, "weekly") ?? untilSeconds ?? nowSeconds + 72 * HOUR_SECONDS,
  };
  const headers = toUnifiedHeaders(toAllowed(resets));
  const sleepSeconds = readNumber(tag, "sleep");
  const isToolDue = sleepSeconds !== undefined && toolResults === 0;
  const limit = limits[tag.name]?.(resets);
  if (limit !== undefined && (untilSeconds === undefined || nowSeconds < untilSeconds)) {
    const state = { ...toAllowed(resets), status: "rejected" as const, ...limit, ...toOverage(tag, resets) };
    const told = toUnifiedHeaders(withWindows(state, resets));
    const isPaid = state.overage?.status === "allowed";
    if (isToolDue) return toSleep(sleepSeconds, isPaid ? told : headers);
    if (isPaid) return { kind: "text", text: "Done: 42.", headers: told };
    return { kind: "error", status: 429, type: "rate_limit_error", message: REFUSED, headers: told };
  }
  if (isToolDue) return toSleep(sleepSeconds, headers);
  const failure = failures[tag.name]?.(resets);
  if (failure) return { kind: "error", headers: {}, ...failure };
  return toSuccess(tag, toolResults, resets);
}

function toSuccess(tag: Tag, toolResults: number, resets: Resets): Answer {
  const headers = toUnifiedHeaders(toAllowed(resets));
  switch (tag.name) {
    case "warning": {
      const nearlyFull = { ...toOpen(resets.fiveHour, 0.91), status: "allowed_warning" as const, surpassedThreshold: 0.9 };
      const state = { ...toAllowed(resets), status: "allowed_warning" as const, windows: { "5h": nearlyFull } };
      return { kind: "text", text: "Done: 42.", headers: toUnifiedHeaders(withWindows(state, resets)) };
    }
    case "prose":
      return { kind: "text", text: "You've hit your weekly limit · resets Mon 12:00am\n\nThat is a quotation.", headers };
    case "subagent": {
      const prompt = `Do the sub work. [[${tag.options.get("of") ?? "ok"}]]`;
      const input = { description: "Find callers", prompt, subagent_type: "general-purpose" };
      return toolResults === 0
        ? { kind: "tool", tool: "Agent", input, headers }
        : { kind: "text", text: "Done without the sub work.", headers };
    }
    default:
      return { kind: "text", text: "Done: 42.", headers };
  }
}

function toSleep(seconds: number, headers: Record<string, string>): Answer {
  const input = { command: `sleep ${seconds}; echo slept`, description: "Wait" };
  return { kind: "tool", tool: "Bash", input, headers };
}

function toAllowed({ fiveHour, weekly }: Resets): UnifiedState {
  return {
    status: "allowed",
    claim: "five_hour",
    resetsAt: fiveHour,
    windows: { "5h": toOpen(fiveHour, 0.31), "7d": toOpen(weekly, 0.52) },
    overage: toRefused("org_level_disabled"),
  };
}

function withWindows(state: UnifiedState, resets: Resets): UnifiedState {
  return { ...state, windows: { ...toAllowed(resets).windows, ...state.windows } };
}

/** `overage=allowed` pays for what is beyond the plan; any other word is the reason why nothing does. */
function toOverage(tag: Tag, { weekly }: Resets): Partial<UnifiedState> {
  const word = tag.options.get("overage");
  if (word === undefined) return {};
  return { overage: word === "allowed" ? { status: "allowed", resetsAt: weekly } : toRefused(word) };
}

function toMoneyLimit(reason: string): Partial<UnifiedState> {
  return { claim: "overage", overage: toRefused(reason) };
}

function toRefused(reason: string): UnifiedState["overage"] {
  return { status: "rejected", reason };
}

function toFull(resetsAt: number) {
  return { utilization: 1, resetsAt, status: "rejected" as const, surpassedThreshold: 1 };
}

function toOpen(resetsAt: number, utilization: number) {
  return { utilization, resetsAt };
}

function readNumber(tag: Tag, option: string): number | undefined {
  const text = tag.options.get(option);
  return text === undefined ? undefined : Number(text);
}

function toDay(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().slice(0, 10);
}
