// A session of Claude Code that a limit stopped, as its record says: pointers to what is left, and nothing that was said.
import * as z from "zod/mini";
import { isoSchema } from "../../shared/wire-text.ts";
import { SESSION_ID } from "./handover-names.ts";

/** Loose, because a later version may have written more. */
export const handoverSchema = z.looseObject({
  schema: z.literal(1),
  session_id: z.string().check(z.regex(SESSION_ID)),
  folder: z.string(),
  /** CLAUDE_CONFIG_DIR of the session; null for the usual one. */
  config_dir: z.nullable(z.string()),
  transcript_path: z.string(),
  limit: z.looseObject({ class: z.string(), window: z.nullable(z.string()), resets_at: z.nullable(isoSchema) }),
  /** When the week of that moment ends; what is spent after it, the user has to want. */
  week_resets_at: z.nullable(isoSchema),
  /** When the limit stopped it. */
  cut_at: isoSchema,
  /** Counted, never quoted; null when nothing tells. */
  todos_pending: z.nullable(z.int()),
  /** resumed: by `handovers resume`. continued: by its own client, or by whoever typed into it. */
  state: z.enum(["pending", "resumed", "continued"]),
  state_at: isoSchema,
  /** When a new session in its folder was told of it. */
  told_at: z.nullable(isoSchema),
});
export type Handover = z.infer<typeof handoverSchema>;

/** Longer than any window lasts, with a week to come back to it. */
export const HANDOVER_KEPT_MS = 14 * 86_400_000;

export function isHandoverOutdated({ cut_at }: Handover, nowMs: number): boolean {
  return nowMs - Date.parse(cut_at) > HANDOVER_KEPT_MS;
}

/** Whether going on with it spends of a week that had not begun when it was stopped. */
export function isOfNewWeek({ limit, week_resets_at }: Handover, atMs: number): boolean {
  if (limit.window?.startsWith("seven_day")) return true;
  return week_resets_at !== null && atMs >= Date.parse(week_resets_at);
}

/** Undefined when nobody knows. */
export function toResetMs({ limit }: Handover): number | undefined {
  return limit.resets_at === null ? undefined : Date.parse(limit.resets_at);
}
