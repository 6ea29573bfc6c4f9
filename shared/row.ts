// One row: one account in one organisation. What status.json holds; age and freshness are added by whoever reads.
import * as z from "zod/mini";
import { forecastSchema } from "./forecast.ts";
import { pollStateSchema } from "./poll-state.ts";
import { droppedSchema } from "./protocol.ts";
import { sourceRecordSchema, sourceSchema } from "./reading.ts";
import { rowIdSchema } from "./row-id.ts";
import { MAX_RANGES } from "./sequence-ranges.ts";
import { snapshotSchema } from "./snapshot.ts";
import { usageWindowSchema } from "./usage-window.ts";
import { isoSchema, problemTextSchema, uuidSchema } from "./wire-text.ts";
import { witnessSchema } from "./witness.ts";

export const windowStateSchema = z.enum(["open", "idle", "rolled", "unknown"]);
export type WindowState = z.infer<typeof windowStateSchema>;

export const rowWindowSchema = z.extend(usageWindowSchema, {
  /** open: counting. idle: 0 %, not started. rolled: the reset has passed, so the value is unknown. */
  state: windowStateSchema,
  /** The utilization before the reset passed; only in state rolled. */
  last_known: z.nullable(z.number()),
  /** Null while there is too little evidence for one. */
  forecast: z.optional(z.nullable(forecastSchema)),
  /** Whose value this is, and when it was true; without them the extension's, of the row's `fetched_at`. */
  source: z.optional(sourceSchema),
  observed_at: z.optional(isoSchema),
});
export type RowWindow = z.infer<typeof rowWindowSchema>;

export const storedRowSchema = z.object({
  schema: z.literal(1),
  account_uuid: snapshotSchema.shape.account_uuid,
  org_uuid: snapshotSchema.shape.org_uuid,
  org_name: snapshotSchema.shape.org_name,
  account_email: snapshotSchema.shape.account_email,
  plan: snapshotSchema.shape.plan,
  /** Every browser that reads this row, each name once. */
  browser: z.string(),
  /** In the file always the extension, which is all that earlier versions know; readers say whose the newest value is. */
  source: z.enum(["extension", "statusline"]),
  /** When the extension's numbers were observed, or the newest ones of a row that no browser reads. */
  fetched_at: isoSchema,
  usage: snapshotSchema.shape.usage,
  windows: z.array(rowWindowSchema),
  binding: z.nullable(z.string()),
  money: snapshotSchema.shape.money,
  overage: snapshotSchema.shape.overage,
  overage_fetched_at: snapshotSchema.shape.overage_fetched_at,
  subscription: snapshotSchema.shape.subscription,
  subscription_fetched_at: snapshotSchema.shape.subscription_fetched_at,
  errors: z.array(problemTextSchema),
  /** The status line's part of `sources` once more, as earlier versions read it. */
  witness: z.optional(witnessSchema),
  /** What every source but the extension said last, newest first. */
  sources: z.optional(z.array(sourceRecordSchema)),
});
export type StoredRow = z.infer<typeof storedRowSchema>;

/** What one browser profile last reported, and what it last saw of each row. */
export const installSchema = z.object({
  install: uuidSchema,
  browser: z.string(),
  extension_version: z.string(),
  state: pollStateSchema,
  polled_at: isoSchema,
  retry_at: z.nullable(isoSchema),
  /** What it said it can read, also while another browser reads it. */
  reads: z.optional(z.array(rowIdSchema)),
  dropped: z.optional(droppedSchema),
  /** Sequence numbers of the snapshots acknowledged so far, as ascending ranges. */
  sequences: z.array(z.tuple([z.int(), z.int()])).check(z.maxLength(MAX_RANGES)),
  seen: z.array(
    z.object({
      org_uuid: uuidSchema,
      account: z.nullable(z.string()),
      observed_at: isoSchema,
      /** The last time this profile brought a good value of the row. */
      good_at: z.nullable(isoSchema),
      errors: z.array(problemTextSchema),
    }),
  ),
});
export type Install = z.infer<typeof installSchema>;

export const statusSchema = z.object({
  schema: z.literal(1),
  generated_at: isoSchema,
  rows: z.array(storedRowSchema),
  /** Without it nobody is known to have reported, and the next posts say who does. */
  installs: z._default(z.array(installSchema), []),
  /** Only in the file: the checksum of all before it (bridge/state/checksum.ts). */
  checksum: z.optional(z.string()),
});
export type Status = z.infer<typeof statusSchema>;
