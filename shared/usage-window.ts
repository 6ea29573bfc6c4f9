// One usage window of one account in one organisation: how much is used and when it resets.
import * as z from "zod/mini";
import { isoSchema, slugSchema, textSchema } from "./wire-text.ts";

/** Whom a window binds: everyone of the account, one model, one surface; a pool is money, not a limit. */
export const windowScopeSchema = z.enum(["account", "model", "surface", "pool"]);

/** five_hour, seven_day, seven_day_<x>, scoped:<slug>, pool:<key>, or the server's own new name. */
export const windowIdSchema = z.string().check(z.regex(/^[a-z0-9_:-]{1,80}$/));

export const usageWindowSchema = z.object({
  id: windowIdSchema,
  label: textSchema,
  /** The model's name as the server shows it; null when the window is not one model's. */
  model: z.nullable(textSchema),
  scope: windowScopeSchema,
  /** Percent, 0-100 as the server said, above 100 when it said so; null when it did not say a usable number. */
  utilization: z.nullable(z.number().check(z.gte(0), z.lte(1000))),
  /** Null while no message has started the window. For a pool it is the day the money expires. */
  resets_at: z.nullable(isoSchema),
  severity: z.nullable(slugSchema),
  /** The server's headline pick, null when it did not say. */
  is_active: z.nullable(z.boolean()),
  /** Only pools: whole US dollars. */
  dollars: z.nullable(z.object({ used: z.nullable(z.number()), limit: z.number() })),
});
export type UsageWindow = z.infer<typeof usageWindowSchema>;

export const MAX_WINDOWS = 40;
