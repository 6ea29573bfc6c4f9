// A look on demand, over the bridge's socket: which rows are meant, and how the look ended for each of them.
import * as z from "zod/mini";
import { pollStateSchema } from "./poll-state.ts";
import { rowIdSchema } from "./row-id.ts";
import { isoSchema, uuidSchema } from "./wire-text.ts";

/** The body of POST /refresh; what is left out is not asked about. */
export const refreshQuestionSchema = z.object({
  org_uuid: z.optional(uuidSchema),
  account_uuid: z.optional(z.nullable(uuidSchema)),
});
export type RefreshQuestion = z.infer<typeof refreshQuestionSchema>;

export const refreshedSchema = z.looseObject({
  rows: z.array(
    z.extend(rowIdSchema, {
      /** read: status.json holds a new reading. Otherwise why not: docs/json.md. */
      outcome: z.enum(["read", "failed", "no-browser", "no-answer"]),
      /** Why claude.ai gave no numbers; only of "failed". */
      state: z.optional(pollStateSchema),
      /** When Claude Code is asked again at the earliest, where no browser read. */
      next_ask_at: z.optional(isoSchema),
      /** When the numbers that the row shows were observed. */
      fetched_at: isoSchema,
    }),
  ),
});
export type Refreshed = z.infer<typeof refreshedSchema>;
