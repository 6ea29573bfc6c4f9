// Snapshots that this bridge has refused. They stay in the queue, for another version of either side may read them, and are
// not sent again before there is one. Pure.
import * as z from "zod/mini";
import { MAX_SAMPLE } from "../shared/protocol.ts";
import { snapshotSchema } from "../shared/snapshot.ts";
import { isTooLarge } from "./batches.ts";
import type { Waiting } from "./queue.ts";

export const heldSchema = z.object({
  /** The versions of the two that did not understand each other. */
  bridge: z.string(),
  extension: z.string(),
  sequences: z.array(z.int()),
});
export type Held = z.infer<typeof heldSchema>;
export type Versions = Omit<Held, "sequences">;

/** As for all that waits: a day of polls. */
const KEPT_MS = 86_400_000;

export type Sorted = {
  toSend: Waiting[];
  /** Refused before by this very bridge. */
  held: Waiting[];
  /** Held for a day, and nobody was updated. */
  expired: Waiting[];
};

export function sortWaiting(
  waiting: readonly Waiting[],
  known: Held | undefined,
  { bridge, extension }: Versions,
  nowMs: number,
): Sorted {
  const isSame = known?.bridge === bridge && known.extension === extension;
  const sequences = new Set(isSame ? known.sequences : []);
  const refused = waiting.filter(({ sequence }) => sequences.has(sequence));
  const isExpired = ({ snapshot }: Waiting) => nowMs - Date.parse(snapshot.fetched_at) > KEPT_MS;
  return {
    toSend: waiting.filter(({ sequence }) => !sequences.has(sequence)),
    held: refused.filter((entry) => !isExpired(entry)),
    expired: refused.filter(isExpired),
  };
}

/**
 * What we ourselves can not read is damaged: our schema takes what every version of this protocol wrote, for within one
 * protocol fields are only ever added, and each is optional (docs/versions.md).
 */
export function isUnreadable(entry: Waiting): boolean {
  return isTooLarge(entry) || !snapshotSchema.safeParse(entry.snapshot).success;
}

/** What a snapshot was that had to go, without anybody's name or number: how it failed, how large, and what was in it. */
export function toSample({ snapshot }: Waiting, why: string): string {
  const bytes = new TextEncoder().encode(JSON.stringify(snapshot)).length;
  const keys = Object.keys(snapshot.usage ?? {}).map((key) => key.replace(/[^A-Za-z0-9_]/g, "?").slice(0, 40));
  return `${why}, ${bytes} bytes, usage: ${keys.join(" ") || "none"}`.slice(0, MAX_SAMPLE);
}
