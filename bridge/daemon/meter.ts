// What the bridge knows, kept durable: a post counts only when status.json holds it.
import { parseJson } from "../../shared/json.ts";
import { type PollReport, type Post, PROTOCOL, type Sequenced } from "../../shared/protocol.ts";
import { type Status, statusSchema } from "../../shared/row.ts";
import type { WitnessPost } from "../../shared/witness.ts";
import { toStatusPath } from "../state/paths.ts";
import { ensurePrivateFolder, readPrivateFile, writePrivateFile } from "../state/private-files.ts";
import type { Log } from "./log.ts";
import { emptyState, type MeterState, mergePost, restoreState } from "./merge.ts";
import { mergeWitness } from "./merge-witness.ts";
import { setAside } from "./quarantine.ts";
import { Refusal } from "./refusal.ts";
import { toStatus } from "./to-status.ts";

export type Meter = {
  /** Resolves when the post is durable; throws Refusal "disk-full" when it could not be written. */
  ingest: (post: Post, sequenced: readonly Sequenced[]) => Promise<void>;
  /** How a poll went, of an install that the bridge has heard of before. */
  ingestPoll: (install: string, poll: PollReport) => Promise<void>;
  /** A second opinion on a row; false when it changes nothing. */
  ingestWitness: (witness: WitnessPost) => Promise<boolean>;
  readStatus: () => Status;
  /** Called after each change that is durable. */
  onPublished: (listener: () => void) => void;
  /** Resolves when no write is under way. */
  settle: () => Promise<void>;
};

export type MeterOptions = { folder: string; now: () => number; log: Log };

export async function openMeter({ folder, now, log }: MeterOptions): Promise<Meter> {
  let state = await readState(folder, now, log);
  let last: Promise<void> = Promise.resolve();
  let tell = () => {};

  const write = async () => {
    try {
      await ensurePrivateFolder(folder);
      await writePrivateFile(toStatusPath(folder), `${JSON.stringify(toStatus(state, now()))}\n`);
    } catch (error) {
      log(`status.json could not be written: ${toCode(error)}`);
      throw new Refusal("disk-full", { cause: error });
    }
  };

  const keep = async (next: MeterState) => {
    state = next;
    // One write at a time; a failed one is told to its own post and does not stop the next.
    const own = last.catch(() => undefined).then(write);
    last = own;
    await own;
    tell();
  };

  return {
    ingest: async (post, sequenced) => await keep(mergePost(state, post, sequenced, now())),
    ingestPoll: async (install, poll) => {
      const known = state.installs.get(install);
      if (known) await keep(mergePost(state, { ...known, protocol: PROTOCOL, poll, snapshots: [] }, [], now()));
    },
    ingestWitness: async (witness) => {
      const next = mergeWitness(state, witness, now());
      if (next === state) return false;
      await keep(next);
      return true;
    },
    readStatus: () => toStatus(state, now()),
    onPublished: (listener) => {
      tell = listener;
    },
    settle: () => last.catch(() => undefined),
  };
}

async function readState(folder: string, now: () => number, log: Log): Promise<MeterState> {
  try {
    const text = await readPrivateFile(toStatusPath(folder));
    return text === undefined ? emptyState : restoreState(statusSchema.parse(parseJson(text)));
  } catch {
    await setAside(folder, "status.json", now(), log);
    return emptyState;
  }
}

function toCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
