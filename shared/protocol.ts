// The wire between extension and bridge: port, versions, and the bodies of both directions.
import * as z from "zod/mini";
import { pollStateSchema } from "./poll-state.ts";
import { rowIdSchema } from "./row-id.ts";
import { bareSnapshotSchema, snapshotSchema } from "./snapshot.ts";
import { isoSchema, uuidSchema } from "./wire-text.ts";

/** Fixed: a host permission names one port exactly, so there is no hopping to another. */
export const BRIDGE_PORT = 63762;
/**
 * What this version speaks. Within one number fields are only ever added, and whoever does not know a field passes it over.
 * Any other change raises it: a field that goes, a word more in an enum, another meaning (docs/versions.md).
 */
export const PROTOCOL = 1;
/** The oldest that the bridge still takes: an unpacked extension stays old until somebody presses reload. */
export const OLDEST_PROTOCOL = 1;

/** Computed from the public key in manifest.json; the same in every browser. */
export const EXTENSION_ID = "mcfgdnjkhomoglnbllnaaeidincphmjb";
/** What Firefox calls it; Mozilla's signature is for this id. Pages and requests carry a random one of each profile instead. */
export const FIREFOX_EXTENSION_ID = "claude-meter@claude-meter";

/** A usage body is about 4 kB, an account with all its settings about 60 kB. */
export const MAX_ANSWER_BYTES = 128 * 1024;
/** Of a post: an answer that was read fits in, unless writing it out makes it longer. */
export const MAX_BODY_BYTES = 2 * MAX_ANSWER_BYTES;
export const MAX_BATCH = 50;
export const MAX_READS = 64;

const versionSchema = z.string().check(z.regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}$/));
export const browserNameSchema = z.string().check(z.regex(/^[A-Za-z0-9 ._-]{1,32}$/));

/** What a user calls one of several profiles of a browser. Shown as "Chrome (work)" in a list that is joined by commas. */
export const labelSchema = z.string().check(z.regex(/^[A-Za-z0-9._-][A-Za-z0-9 ._-]{0,23}$/));

export const MAX_SAMPLE = 240;
/** Snapshots that a browser gave up because the bridge could not read them: how many since install, and the last one. */
export const droppedSchema = z.object({
  count: z.int().check(z.gte(1)),
  sample: z.string().check(z.regex(/^[ -~]*$/), z.maxLength(MAX_SAMPLE)),
});

/** How the newest poll went, whether or not it brought a snapshot. */
export const pollReportSchema = z.object({
  state: pollStateSchema,
  at: isoSchema,
  retry_at: z.nullable(isoSchema),
});
export type PollReport = z.infer<typeof pollReportSchema>;

export const postSchema = z.object({
  protocol: z.int(),
  /** Random, one per browser profile. */
  install: uuidSchema,
  extension_version: versionSchema,
  browser: browserNameSchema,
  label: z.optional(labelSchema),
  poll: pollReportSchema,
  /** It tells its user of thresholds and resets. */
  tells: z.optional(z.boolean()),
  /** What this browser can read: the rows of the account that it is signed in to. */
  reads: z.optional(z.array(rowIdSchema).check(z.maxLength(MAX_READS))),
  dropped: z.optional(droppedSchema),
  /** Each snapshot is checked on its own by sequencedSchema, so that a bad one costs only itself. */
  snapshots: z.array(z.looseObject({ sequence: z.int().check(z.gte(1)) })).check(z.maxLength(MAX_BATCH)),
});
export type Post = z.infer<typeof postSchema>;

export const sequencedSchema = z.object({ sequence: z.int(), snapshot: snapshotSchema });
export type Sequenced = z.infer<typeof sequencedSchema>;

/** Who reads a row: one browser asks claude.ai each minute, and the others stand by. */
export const leadSchema = z.extend(rowIdSchema, {
  /** The browser that is told this reads the row. */
  is_own: z.boolean(),
  /** The name of the browser that reads it, as a user knows it. */
  browser: z.string().check(z.maxLength(64)),
  /** For so many milliseconds nobody asks claude.ai about it: one of the browsers was told to wait. */
  wait_ms: z.int().check(z.gte(0)),
  /** Notices of the row are told by this browser, or by another one; absent when no browser of it tells any. */
  is_teller: z.optional(z.boolean()),
  /** What another browser read of it last. */
  row: z.optional(bareSnapshotSchema),
});
export type Lead = z.infer<typeof leadSchema>;

/** What this version cannot read of it counts as not said: then each browser reads for itself. */
const leadsSchema = z.optional(z.catch(z.array(leadSchema), []));

export const acknowledgementSchema = z.looseObject({
  /** Durable in the bridge. */
  acknowledged: z.array(z.int()),
  /** Not readable by the bridge; sending them again would not help. */
  refused: z.array(z.int()),
  /** Of the rows that the browser says it can read. */
  leads: leadsSchema,
});
export type Acknowledgement = z.infer<typeof acknowledgementSchema>;

export const helloSchema = z.looseObject({
  product: z.literal("claude-meter"),
  version: versionSchema,
  protocol: z.looseObject({ min: z.int(), max: z.int() }),
  /** It speaks the line (line.ts): a WebSocket that is refused would stand among the extension's errors. */
  line: z.optional(z.boolean()),
});
export type Hello = z.infer<typeof helloSchema>;
