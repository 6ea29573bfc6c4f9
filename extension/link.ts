// How the bridge answered last, and the words a user gets for it.
import * as z from "zod/mini";

export const linkStateSchema = z.enum(["connected", "unreachable", "foreign", "outdated-bridge", "outdated-extension"]);
export type LinkState = z.infer<typeof linkStateSchema>;

export const linkSchema = z.object({
  state: linkStateSchema,
  /** Snapshots that wait for the bridge. */
  waiting: z.int(),
  /** Snapshots the bridge could not read, since install. */
  refused: z.int(),
  /** Oldest snapshots given up because the queue was full, since install. */
  dropped: z.int(),
  bridge_version: z.nullable(z.string()),
});
export type Link = z.infer<typeof linkSchema>;

export const linkStateWords = {
  connected: "The bridge is connected: terminals read the same numbers.",
  unreachable: "The bridge is not running: start it with `claude-meter bridge start`. Nothing is lost meanwhile.",
  foreign: "Another program answers on the bridge's port: run `claude-meter doctor`. Nothing was sent to it.",
  "outdated-bridge": "The bridge is older than this extension: update claude-meter on this computer.",
  "outdated-extension": "This extension is older than the bridge: reload it from the updated folder.",
} as const satisfies Record<LinkState, string>;
