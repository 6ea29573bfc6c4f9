// What the extension says to its native messaging host, and what it hears back.
import * as z from "zod/mini";
import { browserNameSchema, pollReportSchema } from "./protocol.ts";
import { uuidSchema } from "./wire-text.ts";

/** Chrome allows lower-case letters, digits, dots and underscores. */
export const NATIVE_HOST_NAME = "com.claude_meter.bridge";

export const nativeRequestSchema = z.strictObject({
  install: uuidSchema,
  browser: browserNameSchema,
  /** Handed on to the bridge: without site access the worker can not tell it by itself. */
  poll: z.nullable(pollReportSchema),
});
export type NativeRequest = z.infer<typeof nativeRequestSchema>;

export const nativeReplySchema = z.discriminatedUnion("kind", [
  /** The bridge runs, and this is the key of the browser profile: 32 bytes, hexadecimal. */
  z.strictObject({ kind: z.literal("ready"), key: z.string().check(z.regex(/^[0-9a-f]{64}$/)) }),
  /** Stopped by the user, who does not want it started behind their back. */
  z.strictObject({ kind: z.literal("stopped") }),
  /** The user has revoked this browser profile's key; only a code brings it back. */
  z.strictObject({ kind: z.literal("revoked") }),
  z.strictObject({ kind: z.literal("failed") }),
]);
export type NativeReply = z.infer<typeof nativeReplySchema>;
