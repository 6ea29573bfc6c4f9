// What the extension says to its native messaging host, and what it hears back.
import * as z from "zod/mini";
import { browserNameSchema, pollReportSchema } from "./protocol.ts";
import { uuidSchema } from "./wire-text.ts";

/** Chrome allows lower-case letters, digits, dots and underscores. */
export const NATIVE_HOST_NAME = "com.claude_meter.bridge";

export const nativeRequestSchema = z.object({
  install: uuidSchema,
  browser: browserNameSchema,
  /** Handed on to the bridge: without site access the worker cannot tell it by itself. */
  poll: z.nullable(pollReportSchema),
});
export type NativeRequest = z.infer<typeof nativeRequestSchema>;

export const nativeReplySchema = z.object({
  /**
   * ready: the bridge runs, and `key` is that of the browser profile. stopped: by the user, who does not want it started
   * behind their back. revoked: the user took the key back, and only a code brings a new one.
   */
  kind: z.enum(["ready", "stopped", "revoked", "failed"]),
  /** 32 bytes, hexadecimal; with ready only. */
  key: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
  /** blocked: another program has the bridge's port, whatever answers there; with ready only. */
  ingest: z.optional(z.enum(["listening", "blocked"])),
});
export type NativeReply = z.infer<typeof nativeReplySchema>;
