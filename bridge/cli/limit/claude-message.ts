// What one JSON message of Claude Code (a line of stream-json, or the object of --output-format json) tells about
// limits: its typed fields first, its words only where they are typed as an error. What a model or a tool wrote never
// counts. Pure.
import * as z from "zod/mini";
import { jsonObjectSchema } from "../../../shared/json.ts";
import { QUOTA_WORDS } from "../hook/quota-words.ts";
import { type Limit, mergeLimit, type Trouble } from "./limit.ts";
import { isPlanRefusal, type LimitText, toLimitText } from "./limit-text.ts";
import {
  decideMeaning,
  type RateLimitInfo,
  rateLimitEventSchema,
  rateLimitInfoSchema,
  toEventLimit,
} from "./rate-limit-event.ts";

export type Signal =
  | { kind: "limit"; limit: Limit }
  /** A subagent ran into it; the agent above may go on. */
  | { kind: "subagent-limit"; limit: Limit }
  | { kind: "trouble"; trouble: Trouble }
  /** The server answers again: an allowed event, or a result that is no error. */
  | { kind: "cleared" }
  /** The run ended for a reason of its own, such as too many turns. */
  | { kind: "other-end" }
  /** The client asks again by itself, after this long. */
  | { kind: "retry"; delayMs: number; status: number | null; attempt: number; attempts: number | null }
  /** A hook kept a prompt or a tool back; null for a prompt. */
  | { kind: "held-back"; tool: string | null; words: string }
  /** A model spoke, so the agent goes on by itself; with the tools that it asks for. */
  | { kind: "progress"; tools: readonly ToolUse[] }
  | { kind: "tools-ended"; ids: readonly string[] }
  | { kind: "none" };

export type ToolUse = { id: string; name: string };

const blockSchema = z.looseObject({
  type: z.catch(z.nullish(z.string()), null),
  text: z.catch(z.string(), ""),
  id: z.catch(z.string(), ""),
  name: z.catch(z.string(), ""),
});
const contentSchema = z.catch(z.array(z.catch(blockSchema, { type: null, text: "", id: "", name: "" })), []);
/** Present since 2.1.332 on messages of an API error; older clients have only words. */
const apiErrorFields = {
  api_error: z.catch(z.nullish(z.string()), null),
  api_error_type: z.catch(z.nullish(z.string()), null),
  api_error_status: z.catch(z.nullish(z.number()), null),
  api_error_params: z.catch(z.nullish(z.looseObject({ rate_limit_info: z.optional(rateLimitInfoSchema) })), null),
};
const assistantSchema = z.looseObject({
  message: z.looseObject({ model: z.catch(z.nullish(z.string()), null), content: contentSchema }),
  error: z.catch(z.nullish(z.string()), null),
  parent_tool_use_id: z.catch(z.nullish(z.string()), null),
  ...apiErrorFields,
});
const resultSchema = z.looseObject({
  is_error: z.boolean(),
  terminal_reason: z.catch(z.nullish(z.string()), null),
  result: z.catch(z.nullish(z.string()), null),
  errors: z.catch(z.nullish(z.array(z.string())), null),
  ...apiErrorFields,
});
const apiErrorSchema = z.looseObject({ error: z.looseObject({ type: z.string(), message: z.string() }) });
const retrySchema = z.looseObject({
  subtype: z.literal("api_retry"),
  retry_delay_ms: z.catch(z.number(), 0),
  error_status: z.catch(z.nullish(z.number()), null),
  attempt: z.catch(z.number(), 1),
  max_retries: z.catch(z.nullish(z.number()), null),
});
const blockedPromptSchema = z.looseObject({
  prompt_submit_outcome: z.looseObject({
    kind: z.literal("blocked_by_hook"),
    reason: z.catch(z.nullish(z.string()), null),
  }),
});
const toolResultSchema = z.looseObject({
  type: z.literal("tool_result"),
  tool_use_id: z.catch(z.string(), ""),
  is_error: z.catch(z.nullish(z.boolean()), null),
  content: z.catch(z.union([z.string(), z.array(z.looseObject({ text: z.catch(z.string(), "") }))]), ""),
});
const userSchema = z.looseObject({ message: z.looseObject({ content: z.catch(z.array(z.unknown()), []) }) });

const NONE: Signal = { kind: "none" };
const TOO_MANY_REQUESTS = 429;
const OVERLOADED = 529;

/** Undefined when it is no message of Claude Code or its API at all. */
export function toSignal(value: unknown, seenAtMs: number): Signal | undefined {
  const object = jsonObjectSchema.safeParse(value);
  switch (object.success ? object.data["type"] : undefined) {
    case "rate_limit_event":
      return toEventSignal(value, seenAtMs);
    case "assistant":
      return toAssistantSignal(value, seenAtMs);
    case "result":
      return toResultSignal(value, seenAtMs);
    case "error":
      return toApiErrorSignal(value, seenAtMs);
    case "system":
      return toSystemSignal(value);
    case "user":
      return toUserSignal(value);
    case "stream_event":
      return NONE;
    default:
      return undefined;
  }
}

function toEventSignal(value: unknown, seenAtMs: number): Signal | undefined {
  const event = rateLimitEventSchema.safeParse(value);
  if (!event.success) return undefined;
  const { rate_limit_info: info } = event.data;
  switch (decideMeaning(info)) {
    case "limit":
      return { kind: "limit", limit: toEventLimit(info, seenAtMs) };
    case "goes-on":
      return { kind: "cleared" };
    case "nothing":
      return NONE;
  }
}

function toAssistantSignal(value: unknown, seenAtMs: number): Signal | undefined {
  const assistant = assistantSchema.safeParse(value);
  if (!assistant.success) return undefined;
  const { message, error, parent_tool_use_id: parent } = assistant.data;
  if (message.model !== "<synthetic>") {
    return { kind: "progress", tools: message.content.filter(({ type }) => type === "tool_use") };
  }
  if (!error && !assistant.data.api_error) return NONE;
  const text = message.content.map((block) => block.text).join("\n");
  const signal = toErrorSignal({ text, seenAtMs, ...assistant.data, error: error ?? "" });
  return signal.kind === "limit" && parent ? { kind: "subagent-limit", limit: signal.limit } : signal;
}

function toResultSignal(value: unknown, seenAtMs: number): Signal | undefined {
  const result = resultSchema.safeParse(value);
  if (!result.success) return undefined;
  const { is_error, terminal_reason, result: text, errors } = result.data;
  if (!is_error) return { kind: "cleared" };
  // A run that ended for another reason, such as too many turns, has the model's own words as its result.
  if (terminal_reason && terminal_reason !== "api_error") return { kind: "other-end" };
  return toErrorSignal({ text: text ?? errors?.join("\n") ?? "", seenAtMs, ...result.data, error: "" });
}

/** The body of the messages API, printed by a caller of its own. */
function toApiErrorSignal(value: unknown, seenAtMs: number): Signal | undefined {
  const body = apiErrorSchema.safeParse(value);
  if (!body.success) return undefined;
  const { type, message } = body.data.error;
  const isPlan = type === "rate_limit_error" && isPlanRefusal(message);
  if (isPlan) return { kind: "limit", limit: { ...UNNAMED, text: message, seenAtMs } };
  if (type === "rate_limit_error") return { kind: "trouble", trouble: "throttle" };
  return toErrorSignal({ text: message, seenAtMs, error: type, api_error_type: type });
}

function toSystemSignal(value: unknown): Signal {
  const retry = retrySchema.safeParse(value);
  if (retry.success) {
    const { retry_delay_ms: delayMs, error_status: status, attempt, max_retries: attempts } = retry.data;
    return { kind: "retry", delayMs, status: status ?? null, attempt, attempts: attempts ?? null };
  }
  const blocked = blockedPromptSchema.safeParse(value);
  if (!blocked.success) return NONE;
  return { kind: "held-back", tool: null, words: blocked.data.prompt_submit_outcome.reason ?? "" };
}

/** "PreToolUse:Bash hook error: Claude quota: 96 % of the 5-hour window …": what our own hook said of a tool. */
const DENIAL = new RegExp(`^PreToolUse:(?<tool>[\\w.:-]{1,200}) hook error: (?<words>${QUOTA_WORDS}.*)`, "s");

function toUserSignal(value: unknown): Signal {
  const user = userSchema.safeParse(value);
  const parts = (user.success ? user.data.message.content : []).map((part) => toolResultSchema.safeParse(part).data);
  const results = parts.filter((part) => part !== undefined);
  for (const { is_error, content } of results) {
    const text = typeof content === "string" ? content : content.map((block) => block.text).join("\n");
    const denied = is_error ? DENIAL.exec(text)?.groups : undefined;
    if (denied) return { kind: "held-back", tool: denied["tool"] ?? "", words: denied["words"] ?? "" };
  }
  const ids = results.filter(({ is_error }) => is_error !== true).map(({ tool_use_id }) => tool_use_id);
  return ids.length > 0 ? { kind: "tools-ended", ids } : NONE;
}

type ErrorMessage = {
  text: string;
  seenAtMs: number;
  /** The word of the message's `error`, or the API's own type. */
  error: string;
  api_error?: string | null | undefined;
  api_error_type?: string | null | undefined;
  api_error_status?: number | null | undefined;
  api_error_params?: { rate_limit_info?: RateLimitInfo | undefined } | null | undefined;
};

/** The two of its 41 kinds of error that Claude Code (2.1.332) gives to limits, and the money that a model costs. */
const LIMIT_ERRORS = ["usage_limit_reached", "model_requires_usage_credits", "long_context_credits_required"];

function toErrorSignal(message: ErrorMessage): Signal {
  const { text, seenAtMs, error, api_error: apiError, api_error_type: type, api_error_status: status } = message;
  const told = toLimitText(text);
  const said = told && toTextSignal(told, seenAtMs);
  if (apiError && LIMIT_ERRORS.includes(apiError)) {
    const info = message.api_error_params?.rate_limit_info;
    const ofWords = said?.kind === "limit" ? said.limit : { ...UNNAMED, text, seenAtMs };
    const ofFields = info && decideMeaning(info) === "limit" ? toEventLimit(info, seenAtMs) : undefined;
    return { kind: "limit", limit: ofFields ? mergeLimit(ofFields, ofWords) : ofWords };
  }
  if (said) return said;
  if (status === OVERLOADED || /^overloaded/.test(type ?? error)) return { kind: "trouble", trouble: "overload" };
  if (status === TOO_MANY_REQUESTS || error === "rate_limit") {
    // A client that types its errors says so when it is the plan's.
    if (type) return { kind: "trouble", trouble: "refused" };
    return { kind: "limit", limit: { ...UNNAMED, text, seenAtMs } };
  }
  const isServer = (status ?? 0) >= 500 || ["server_error", "api_error"].includes(error);
  return isServer ? { kind: "trouble", trouble: "server" } : NONE;
}

/** A sentence of the grammar, from wherever it may count. */
export function toTextSignal(told: LimitText, seenAtMs: number): Signal {
  switch (told.class) {
    case "throttle":
    case "refused":
    case "overload":
    case "server":
      return { kind: "trouble", trouble: told.class };
    case "auth":
    case "transition":
    case "warning":
      return NONE;
    default: {
      const { class: limitClass, window, name, resetText, needsPerson, text } = told;
      const limit = { class: limitClass, window, name, resetsAtMs: null, resetText, needsPerson, text, seenAtMs };
      return { kind: "limit", limit };
    }
  }
}

const UNNAMED = {
  class: "plan",
  window: null,
  name: "usage",
  resetsAtMs: null,
  resetText: null,
  needsPerson: false,
} as const;
