// What the bridge says over its socket of the sources that it asks, and how it is told that somebody wants to know.
import * as z from "zod/mini";
import { isoSchema } from "../../shared/wire-text.ts";

/** A folder as a pane names it in CLAUDE_CONFIG_DIR; null is the usual one. */
const configDirSchema = z.nullable(z.string().check(z.minLength(1), z.maxLength(1024)));

/** The body of POST /wanted: somebody in a pane with this login waits for a reading, or works. */
export const wantedSchema = z.object({ config_dir: z.optional(configDirSchema) });

/** `read`: there is a reading that was not there before. */
export const wantedReplySchema = z.looseObject({ read: z.boolean() });
export type WantedReply = z.infer<typeof wantedReplySchema>;

/** Why a source brings nothing. Not closed on the wire, so that a later bridge can say more. */
export type SilentReason =
  | "off"
  | "refused"
  | "refused-for-good"
  | "held"
  | "nobody-asks"
  | "fresh-elsewhere"
  | "not-signed-in"
  | "unreadable-login"
  | "other-credential"
  | "other-login"
  | "no-program"
  | "no-token"
  | "no-answer"
  | "no-numbers";

const loginReportSchema = z.looseObject({
  config_dir: configDirSchema,
  /** Null: nothing keeps it from being read. */
  reason: z.nullable(z.string()),
  /** When it was last asked, whatever came of it. */
  asked_at: z.nullable(isoSchema),
  /** The earliest moment at which it is asked again if somebody wants to know; null while it is not. */
  next_ask_at: z.nullable(isoSchema),
});
export type LoginReport = z.infer<typeof loginReportSchema>;

/** The answer to GET /sources: each source that asks, once per login of Claude Code. */
export const sourceReportSchema = z.looseObject({
  schema: z.literal(1),
  sources: z.array(z.looseObject({ source: z.string(), logins: z.array(loginReportSchema) })),
});
export type SourceReport = z.infer<typeof sourceReportSchema>;
