// What one JSON message of Claude Code (a line of stream-json, or the object of --output-format json) tells about
// limits. Only messages typed as errors are asked for their words: what a model or a tool wrote never counts. Pure.
import * as z from "zod/mini";
import { jsonObjectSchema } from "../../../shared/json.ts";
import type { Limit, Trouble } from "./limit.ts";
import { type LimitText, toLimitText } from "./limit-text.ts";
import { rateLimitEventSchema, toEventLimit } from "./rate-limit-event.ts";

export type Signal =
  | { kind: "limit"; limit: Limit }
  | { kind: "trouble"; trouble: Trouble }
  /** The server answers again: an allowed event, or a result that is no error. */
  | { kind: "cleared" }
  /** A model spoke, so the agent goes on by itself. */
  | { kind: "progress" }
  | { kind: "none" };

const contentSchema = z.catch(z.array(z.catch(z.looseObject({ text: z.catch(z.string(), "") }), { text: "" })), []);
const assistantSchema = z.looseObject({
  message: z.looseObject({ model: z.catch(z.nullish(z.string()), null), content: contentSchema }),
  error: z.catch(z.nullish(z.string()), null),
});
const resultSchema = z.looseObject({
  is_error: z.boolean(),
  api_error_status: z.catch(z.nullish(z.number()), null),
  terminal_reason: z.catch(z.nullish(z.string()), null),
  result: z.catch(z.nullish(z.string()), null),
});
const apiErrorSchema = z.looseObject({ error: z.looseObject({ type: z.string(), message: z.string() }) });

const NONE: Signal = { kind: "none" };
const TOO_MANY_REQUESTS = 429;

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
    case "user":
    case "stream_event":
      return NONE;
    default:
      return undefined;
  }
}

function toEventSignal(value: unknown, seenAtMs: number): Signal | undefined {
  const event = rateLimitEventSchema.safeParse(value);
  if (!event.success) return undefined;
  const { status } = event.data.rate_limit_info;
  if (status === "rejected") return { kind: "limit", limit: toEventLimit(event.data, seenAtMs) };
  return status.startsWith("allowed") ? { kind: "cleared" } : NONE;
}

function toAssistantSignal(value: unknown, seenAtMs: number): Signal | undefined {
  const assistant = assistantSchema.safeParse(value);
  if (!assistant.success) return undefined;
  const { message, error } = assistant.data;
  if (message.model !== "<synthetic>") return { kind: "progress" };
  if (!error) return NONE;
  const text = message.content.map((block) => block.text).join("\n");
  return toErrorSignal({ text, seenAtMs, isTooMany: error === "rate_limit", isServer: isServerError(error) });
}

function toResultSignal(value: unknown, seenAtMs: number): Signal | undefined {
  const result = resultSchema.safeParse(value);
  if (!result.success) return undefined;
  const { is_error, api_error_status: status, terminal_reason, result: text } = result.data;
  if (!is_error) return { kind: "cleared" };
  // A run that ended for another reason, such as too many turns, has the model's own words as its result.
  if (terminal_reason && terminal_reason !== "api_error") return NONE;
  const isServer = status !== null && status !== undefined && status >= 500;
  return toErrorSignal({ text: text ?? "", seenAtMs, isTooMany: status === TOO_MANY_REQUESTS, isServer });
}

/** The body of the messages API, printed by a caller of its own. */
function toApiErrorSignal(value: unknown, seenAtMs: number): Signal | undefined {
  const body = apiErrorSchema.safeParse(value);
  if (!body.success) return undefined;
  const { type, message } = body.data.error;
  // With a subscription's login this sentence is the plan limit; a throttle speaks of tokens or requests a minute.
  const isPlan = type === "rate_limit_error" && message.includes("your account's rate limit");
  if (type === "rate_limit_error" && !isPlan) return { kind: "trouble", trouble: "throttle" };
  return toErrorSignal({ text: message, seenAtMs, isTooMany: isPlan, isServer: isServerError(type) });
}

type ErrorMessage = { text: string; seenAtMs: number; isTooMany: boolean; isServer: boolean };

function toErrorSignal({ text, seenAtMs, isTooMany, isServer }: ErrorMessage): Signal {
  const told = toLimitText(text);
  if (told) return toTextSignal(told, seenAtMs);
  if (isTooMany) return { kind: "limit", limit: { ...UNNAMED, text, seenAtMs } };
  return isServer ? { kind: "trouble", trouble: "server" } : NONE;
}

/** A sentence of the table, from wherever it may count. */
export function toTextSignal(told: LimitText, seenAtMs: number): Signal {
  switch (told.class) {
    case "throttle":
    case "server":
      return { kind: "trouble", trouble: told.class };
    case "auth":
    case "transition":
    case "warning":
      return NONE;
    default: {
      const { class: limitClass, window, name, resetText, text } = told;
      return { kind: "limit", limit: { class: limitClass, window, name, resetsAtMs: null, resetText, text, seenAtMs } };
    }
  }
}

const UNNAMED = { class: "plan", window: null, name: "usage", resetsAtMs: null, resetText: null } as const;

function isServerError(error: string): boolean {
  return ["overloaded", "overloaded_error", "server_error", "api_error"].includes(error);
}
