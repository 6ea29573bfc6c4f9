// What the proxy tells the bridge of API keys and refusals, and what the bridge keeps of it: never a key, a name or a word
// of an answer.
import * as z from "zod/mini";
import { isoSchema, slugSchema, uuidSchema } from "../wire-text.ts";
import { apiLimitKinds } from "./decide-api-limit.ts";

export const MAX_KEYS = 200;
/** As many as anybody scrolls back to. */
export const MAX_REFUSALS = 100;
const MAX_BUCKETS = 12;

/** Twelve hex digits of a salted hash. */
const keySchema = z.string().check(z.regex(/^[0-9a-f]{12}$/));
const modelSchema = z.nullable(z.string().check(z.regex(/^[\w.:@/-]{1,100}$/)));
const workspaceSchema = z.nullable(z.string().check(z.regex(/^[\w-]{1,80}$/)));
const countSchema = z.nullable(z.int().check(z.gte(0)));

const bucketSchema = z.object({
  id: z.string().check(z.regex(/^(?:priority-|fast-)?(?:requests|tokens|input-tokens|output-tokens)$/)),
  limit: countSchema,
  remaining: countSchema,
  /** When it is full again. */
  resets_at: z.nullable(isoSchema),
});

export const keyLimitsSchema = z.object({
  key: keySchema,
  model: modelSchema,
  workspace: workspaceSchema,
  observed_at: isoSchema,
  buckets: z.array(bucketSchema).check(z.minLength(1), z.maxLength(MAX_BUCKETS)),
});
export type KeyLimits = z.infer<typeof keyLimitsSchema>;
export type KeyBucket = KeyLimits["buckets"][number];

export const refusalSchema = z.object({
  at: isoSchema,
  status: z.int(),
  kind: z.enum(apiLimitKinds),
  window: z.nullable(slugSchema),
  allowed: countSchema,
  ends_at: z.nullable(isoSchema),
  retry_at: z.nullable(isoSchema),
  retry_of: z.nullable(slugSchema),
  /** Of an API key; null for a login, whose account it is then. */
  key: z.nullable(keySchema),
  account_uuid: z.nullable(uuidSchema),
  model: modelSchema,
  workspace: workspaceSchema,
});
export type ApiRefusal = z.infer<typeof refusalSchema>;

/** The body of POST /limits. */
export const limitsPostSchema = z.object({
  keys: z.array(keyLimitsSchema).check(z.maxLength(MAX_KEYS)),
  refusals: z.array(refusalSchema).check(z.maxLength(MAX_REFUSALS)),
});
export type LimitsPost = z.infer<typeof limitsPostSchema>;

/** limits.json, and the answer of GET /limits: the newest of each key, model and workspace; refusals, newest last. */
export const limitsSchema = z.extend(limitsPostSchema, { schema: z.literal(1) });
export type Limits = z.infer<typeof limitsSchema>;

/** Below this share of a limit somebody is warned. */
export const LOW_SHARE = 0.1;

/** What is left of it now: a bucket is full again after its reset. Null when that cannot be said. */
export function toRemainingShare({ limit, remaining, resets_at }: KeyBucket, nowMs: number): number | null {
  if (limit === null || limit === 0 || remaining === null) return null;
  if (resets_at !== null && Date.parse(resets_at) <= nowMs) return null;
  return Math.min(1, remaining / limit);
}

export function toKeyName({ key, model, workspace }: Pick<KeyLimits, "key" | "model" | "workspace">): string {
  return JSON.stringify([key, model, workspace]);
}
