// A reading: what one source says of one row at one moment, and the registers that status.json keeps of it.
import * as z from "zod/mini";
import { moneySchema } from "./claude-ai/money.ts";
import { planSchema } from "./claude-ai/organisation.ts";
import { MAX_WINDOWS, windowIdSchema, windowScopeSchema } from "./usage-window.ts";
import { isoSchema, slugSchema, textSchema, uuidSchema } from "./wire-text.ts";

/**
 * Not a closed list, so that a source of a later version raises no schema. Known: extension, claude-code, proxy, oauth
 * (direct); statusline, stream, transcript (reported). What nobody knows is trusted as a reported one.
 */
export const sourceSchema = slugSchema;

const readingWindowSchema = z.object({
  /** Percent, 1 is one percent; headers and events say fractions, which whoever reads them multiplies. May pass 100. */
  utilization: z.number().check(z.gte(0), z.lte(1000)),
  /** Null: not started, or not said. */
  resets_at: z.nullable(isoSchema),
  /** How the source names the window; without them its id tells. */
  label: z.optional(textSchema),
  model: z.optional(z.nullable(textSchema)),
  scope: z.optional(windowScopeSchema),
});

const windowsOf = <T extends z.core.$ZodType>(window: T) =>
  z.record(windowIdSchema, window).check(z.refine((windows) => Object.keys(windows).length <= MAX_WINDOWS));

export const readingSchema = z.object({
  /** The extension's readings come as snapshots, signed. */
  source: sourceSchema.check(z.refine((source) => source !== "extension")),
  /** Lower case. Null when only the e-mail, or only the organisation, is known. */
  account_uuid: z.nullable(uuidSchema),
  org_uuid: uuidSchema,
  account_email: z.nullable(textSchema),
  org_name: z.optional(z.nullable(textSchema)),
  plan: z.optional(z.nullable(planSchema)),
  /** When the numbers were true by the server: never the moment at which somebody found them. */
  observed_at: isoSchema,
  /** By the ids of the usage body. A window whose value is not known is left out. */
  windows: windowsOf(readingWindowSchema),
  money: z.optional(z.nullable(moneySchema)),
});
export type Reading = z.infer<typeof readingSchema>;

const registerSchema = z.extend(readingWindowSchema, { observed_at: isoSchema });
export type Register = z.infer<typeof registerSchema>;

/** What is kept of one source of a row: the newest of each window. */
export const sourceRecordSchema = z.object({
  source: sourceSchema,
  /** Of the newest of them. */
  observed_at: isoSchema,
  windows: windowsOf(registerSchema),
  money: z.optional(z.nullable(moneySchema)),
});
export type SourceRecord = z.infer<typeof sourceRecordSchema>;

/** More sources than anybody has. */
export const MAX_SOURCES = 16;
export const MAX_READINGS = 50;

/** The body of POST /readings. Each reading is checked on its own, so that a bad one costs only itself. */
export const readingsPostSchema = z.object({
  readings: z.array(z.unknown()).check(z.maxLength(MAX_READINGS)),
});

export const readingsReplySchema = z.looseObject({
  /** How many of them changed anything, durable now. */
  kept: z.int(),
  /** How many could not be read. */
  refused: z.int(),
});
export type ReadingsReply = z.infer<typeof readingsReplySchema>;
