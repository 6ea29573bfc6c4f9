// How the bridge answered last, and the words a user gets for it.
import * as z from "zod/mini";
import { pollStateSchema } from "../shared/poll-state.ts";
import { MAX_BUSY_MS } from "../shared/signing.ts";
import { isoSchema } from "../shared/wire-text.ts";
import { heldSchema } from "./held.ts";

const linkStateSchema = z.enum([
  "connected",
  "not-paired",
  "unreachable",
  "foreign",
  "outdated-bridge",
  "outdated-extension",
  "refused",
  "disk-full",
  "busy",
]);
export type LinkState = z.infer<typeof linkStateSchema>;

export const linkSchema = z.object({
  state: linkStateSchema,
  /** Snapshots that wait for the bridge. */
  waiting: z.int(),
  /** Snapshots that were dropped because no version could read them, since install. */
  refused: z.int(),
  /** Snapshots given up because the queue was full or they had waited for a day, since install. */
  dropped: z.int(),
  /** When the native messaging host was asked last, and the poll state that was handed to it. */
  native_at: z.nullable(isoSchema),
  native_poll: z.nullable(pollStateSchema),
  /** The bridge asked not to be asked before this moment. */
  busy_until: z.optional(isoSchema),
  held: z.optional(heldSchema),
  /** Of the refused the last one (held.ts). */
  sample: z.optional(z.object({ at: isoSchema, text: z.string() })),
});
export type Link = z.infer<typeof linkSchema>;

export const initialLink: Link = {
  state: "unreachable",
  waiting: 0,
  refused: 0,
  dropped: 0,
  native_at: null,
  native_poll: null,
};

export const linkStateWords = {
  connected: "Connected to the bridge.",
  "not-paired":
    "Not paired with the bridge. Run `claude-meter setup`, or run `claude-meter pair` and enter the code here.",
  unreachable: "The bridge is not running. Start it with `claude-meter bridge start`. Readings are kept until then.",
  foreign:
    "The program on the bridge's port could not prove that it is your bridge, so nothing is sent to it. " +
    "Run `claude-meter doctor`.",
  "outdated-bridge": "The bridge is older than this extension. Update claude-meter on this computer.",
  "outdated-extension": "This extension is older than the bridge. Reload it on the browser's extensions page.",
  refused: "The bridge rejects this extension's messages. Update claude-meter, then reload the extension.",
  "disk-full": "The bridge cannot write to disk. Free some space. Readings are kept until then.",
  busy: "Too many requests to the bridge from this browser. It resumes within minutes. Readings are kept until then.",
} as const satisfies Record<LinkState, string>;

/** Not by a clock that was set back meanwhile: then the moment is further away than any pause. */
export function isPaused({ busy_until }: Link, nowMs: number): boolean {
  const leftMs = busy_until === undefined ? 0 : Date.parse(busy_until) - nowMs;
  return leftMs > 0 && leftMs <= MAX_BUSY_MS;
}
