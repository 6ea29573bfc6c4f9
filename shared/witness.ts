// A second opinion on one row: the windows as Claude Code showed them to its status line.
import * as z from "zod/mini";
import { isoSchema, uuidSchema } from "./wire-text.ts";

const witnessedWindowSchema = z.object({
  /** Percent, 0-100 as Claude Code said, above 100 when it said so. */
  utilization: z.number().check(z.gte(0), z.lte(1000)),
  resets_at: z.nullable(isoSchema),
});

/** Stands in status.json as 0.1.0 reads it, and comes from its command line; here it is a source like any other. */
export const witnessSchema = z.object({
  /** When the numbers were true: never later than the bridge received them. */
  observed_at: isoSchema,
  windows: z.object({
    five_hour: z.optional(witnessedWindowSchema),
    seven_day: z.optional(witnessedWindowSchema),
  }),
});
export type Witness = z.infer<typeof witnessSchema>;

/** The body of POST /witness. */
export const witnessPostSchema = z.extend(witnessSchema, { account_uuid: uuidSchema, org_uuid: uuidSchema });
export type WitnessPost = z.infer<typeof witnessPostSchema>;

export const witnessReplySchema = z.looseObject({
  /** False when the bridge has no such row, or a newer witness of it. */
  kept: z.boolean(),
});
export type WitnessReply = z.infer<typeof witnessReplySchema>;
