// What the stand-in API answers to a prompt with a tag, `[[limit5h overage=out_of_credits]]`, so that any number of clients
// can play any scenario at once. Pure. The options of a tag:
//
//   until=<epoch s> weekly=<epoch s>  when the 5-hour window, and the longer ones, start again
//   used=<percent>                    of the 5-hour window, in an answer that is no refusal
//   for=<seconds>                     the trouble, and its reset, last so long from the first request on
//   stays=yes                         refused beyond that reset as well
//   once=<name>                       only the first session that asks by this name has the trouble
//   overage=allowed|<reason>          money pays for what is beyond the plan, or why it does not
//   sleep=<seconds>                   before all else the model has a tool wait so long
//   tool=<name>                       of an MCP server, which `calls` calls before it tells its answer
//   of=<tag>                          what a subagent meets
import { toUnifiedHeaders, type UnifiedState } from "./unified-headers.ts";

export type Tag = { name: string; options: ReadonlyMap<string, string> };

export type Answer =
  | { kind: "text"; text: string; headers: Record<string, string> }
  | { kind: "tool"; tool: string; input: Record<string, unknown>; headers: Record<string, string> }
  | { kind: "error"; status: number; type: string; message: string; headers: Record<string, string> };

/** Where a conversation stands: the newest tag in it, how many tools ended since, and who asked first, and when. */
export type Turn = {
  tag: Tag;
  toolResults: number;
  toolAnswer: string;
  /** What a hook of the meter put in for the model. */
  quotaWords: string | undefined;
  isLaterSession: boolean;
  firstMs: number;
  nowMs: number;
};

/** When they start again, in epoch seconds, and how much of the 5-hour one is used. */
type Windows = { fiveHour: number; weekly: number; used: number };

const HOUR_SECONDS = 3_600;
const REFUSAL = {
  status: 429,
  type: "rate_limit_error",
  message: "This request would exceed your account's rate limit. Please try again later.",
};

/** Each is what the server says while the limit holds. */
const limits: Readonly<Record<string, (windows: Windows) => Partial<UnifiedState>>> = {
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

const failures: Readonly<Record<string, (windows: Windows) => Failure>> = {
  throttle: () => ({ ...REFUSAL, headers: { "retry-after": "1" } }),
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
  unauthorized: () => ({ status: 401, type: "authentication_error", message: "invalid x-api-key" }),
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

export function decideAnswer(turn: Turn): Answer {
  const { tag, toolResults } = turn;
  const windows = toWindows(turn);
  const limit = isOver(turn, windows) ? undefined : limits[tag.name]?.(windows);
  const state = limit && toState({ status: "rejected", ...limit, ...toOverage(tag, windows) }, windows);
  const isPaid = state?.overage.status === "allowed";
  const told = toUnifiedHeaders(state && isPaid ? state : toState({}, windows));
  const sleepSeconds = readNumber(tag, "sleep");
  if (sleepSeconds !== undefined && toolResults === 0) return toSleep(sleepSeconds, told);
  if (state && isPaid) return { kind: "text", text: "Done: 42.", headers: told };
  if (state) return { kind: "error", ...REFUSAL, headers: toUnifiedHeaders(state) };
  const failure = isOver(turn, windows) ? undefined : failures[tag.name]?.(windows);
  return failure ? { kind: "error", headers: {}, ...failure } : toSuccess(turn, windows);
}

function toWindows({ tag, firstMs, nowMs }: Turn): Windows {
  const seconds = readNumber(tag, "for");
  const until = seconds === undefined ? readNumber(tag, "until") : Math.ceil(firstMs / 1000) + seconds;
  const nowSeconds = Math.floor(nowMs / 1000);
  const weekly = readNumber(tag, "weekly") ?? until ?? nowSeconds + 72 * HOUR_SECONDS;
  return { fiveHour: until ?? nowSeconds + HOUR_SECONDS, weekly, used: (readNumber(tag, "used") ?? 31) / 100 };
}

function isOver({ tag, isLaterSession, nowMs }: Turn, { fiveHour }: Windows): boolean {
  if (tag.options.has("stays")) return false;
  return tag.options.has("for") ? nowMs >= fiveHour * 1000 : isLaterSession;
}

/** An allowed answer, with what is different. */
function toState(change: Partial<UnifiedState>, { fiveHour, weekly, used }: Windows): UnifiedState {
  return {
    status: "allowed",
    claim: "five_hour",
    resetsAt: fiveHour,
    overage: toRefused("org_level_disabled"),
    ...change,
    windows: { "5h": toOpen(fiveHour, used), "7d": toOpen(weekly, 0.52), ...change.windows },
  };
}

function toSuccess({ tag, toolResults, toolAnswer, quotaWords }: Turn, windows: Windows): Answer {
  const headers = toUnifiedHeaders(toState({}, windows));
  switch (tag.name) {
    case "warning": {
      const status = "allowed_warning";
      const nearlyFull = { ...toOpen(windows.fiveHour, 0.91), status, surpassedThreshold: 0.9 } as const;
      const warned = toState({ status, windows: { "5h": nearlyFull } }, windows);
      return { kind: "text", text: "Done: 42.", headers: toUnifiedHeaders(warned) };
    }
    case "prose":
      return {
        kind: "text",
        text: "You've hit your weekly limit · resets Mon 12:00am\n\nThat is a quotation.",
        headers,
      };
    case "hears":
      return { kind: "text", text: `I was told: ${quotaWords ?? "nothing"}`, headers };
    case "calls":
      return toolResults === 0
        ? { kind: "tool", tool: tag.options.get("tool") ?? "", input: {}, headers }
        : { kind: "text", text: `The tool said: ${toolAnswer}`, headers };
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

/** `overage=allowed` pays for what is beyond the plan; any other word is the reason why nothing does. */
function toOverage(tag: Tag, { weekly }: Windows): Partial<UnifiedState> {
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
