// What the bridge knows, kept durable: a post counts only when history and status.json hold it.

import type { ForgetQuestion } from "../../shared/forget.ts";
import { MAX_WRAPPED_DEPTH, parseJson } from "../../shared/json.ts";
import { type PollReport, type Post, PROTOCOL, type Sequenced } from "../../shared/protocol.ts";
import type { Reading } from "../../shared/reading.ts";
import { type Status, statusSchema } from "../../shared/row.ts";
import { hasRightChecksum, toCheckedText } from "../state/checksum.ts";
import { toStatusPath } from "../state/paths.ts";
import { ensurePrivateFolder, writePrivateFile } from "../state/private-files.ts";
import { isHeldOpen } from "../state/replace-file.ts";
import { createForecasts } from "./forecast/forecasts.ts";
import { forgetRow, forgetSilent } from "./forget.ts";
import type { HistoryKeeper } from "./history/history.ts";
import { type Observation, toObservations, toReadingObservations } from "./history/to-observations.ts";
import { createTurns } from "./in-turn.ts";
import type { Log } from "./log.ts";
import {
  type BridgeState,
  emptyState,
  mergePost,
  restoreState,
  toObserved,
  toSnapshotKey,
  toTelling,
} from "./merge.ts";
import { mergeReading, toReadingKey } from "./merge-reading.ts";
import { readOrSetAside } from "./read-or-set-aside.ts";
import { Refusal } from "./refusal.ts";
import { type RowKeys, toRowKeys, toStatus } from "./to-status.ts";

export type RowKeeper = {
  /** Resolves when the post is durable; throws Refusal "disk-full" when it could not be written. */
  ingest: (post: Post, sequenced: readonly Sequenced[]) => Promise<void>;
  /** How a poll went, of an install that the bridge has heard of before. */
  ingestPoll: (install: string, poll: PollReport) => Promise<void>;
  /** What other sources read; resolves with how many of them changed anything, when that is durable. */
  ingestReadings: (readings: readonly Reading[]) => Promise<number>;
  /** False when there is no such row. Its history stays, and whoever reads it again brings it back. */
  forget: (row: ForgetQuestion) => Promise<boolean>;
  /** Rows and installs of which nobody has heard for a long time. */
  forgetSilent: () => Promise<void>;
  readStatus: () => Status;
  readRowKeys: () => RowKeys[];
  /** Called after each change, also one that could not be written: who listens shall see what /rows says. */
  onPublished: (listener: () => void) => void;
  /** Resolves when no write is under way. */
  settle: () => Promise<void>;
};

export type RowKeeperOptions = { folder: string; now: () => number; log: Log; history: HistoryKeeper };

/** The disk has room: whoever holds status.json open will let it go. */
const HELD_OPEN_MS = 5_000;

export async function openRowKeeper({ folder, now, log, history }: RowKeeperOptions): Promise<RowKeeper> {
  let state = await readState(folder, now, log);
  const inTurn = createTurns();
  const forecastWindow = createForecasts({ history, log });
  const toPublished = () => toStatus(state, now(), forecastWindow);
  /** What readers hear, also while the disk is full. */
  let published = toPublished();
  let tell = () => {};

  const write = async () => {
    published = toPublished();
    try {
      await ensurePrivateFolder(folder);
      await writePrivateFile(toStatusPath(folder), toCheckedText(published));
    } catch (error) {
      log(`status.json could not be written: ${toCode(error)}`);
      if (isHeldOpen(error)) throw new Refusal("busy", { cause: error, waitMs: HELD_OPEN_MS });
      throw new Refusal("disk-full", { cause: error });
    }
  };

  let queued: Promise<void> | undefined;
  const keep = async (next: BridgeState) => {
    state = next;
    // A write that has not begun will hold this state as well.
    queued ??= inTurn(async () => {
      queued = undefined;
      try {
        await write();
      } finally {
        tell();
      }
    });
    await queued;
  };

  const keepBoth = async (observations: readonly Observation[], next: BridgeState) => {
    const kept = history.append(observations).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    // Also when history cannot be kept: a gate shall see the newest value.
    await keep(next);
    const failure = await kept;
    if (failure) throw failure.error;
  };

  const ingest = async (post: Post, sequenced: readonly Sequenced[]) => {
    const receivedMs = now();
    const observations = toTelling(state, post, sequenced, receivedMs)
      .map(({ snapshot }) => toObserved(snapshot, receivedMs))
      .flatMap((snapshot) => toObservations(toSnapshotKey(snapshot), snapshot));
    await keepBoth(observations, mergePost(state, post, sequenced, receivedMs));
  };

  const ingestReadings = async (readings: readonly Reading[]) => {
    const receivedMs = now();
    let next = state;
    const telling = readings.filter((reading) => {
      const before = next;
      next = mergeReading(before, reading, receivedMs);
      return next !== before;
    });
    if (telling.length === 0) return 0;
    const observations = telling.flatMap((reading) => {
      const key = toReadingKey(reading);
      const record = next.rows.get(key);
      return record ? toReadingObservations(key, record, reading, receivedMs) : [];
    });
    await keepBoth(observations, next);
    return telling.length;
  };

  /** False when nothing changes. */
  const keepIfOther = async (next: BridgeState) => {
    if (next === state) return false;
    await keep(next);
    return true;
  };

  return {
    ingest,
    ingestPoll: async (install, poll) => {
      const known = state.installs.get(install);
      if (known) await keep(mergePost(state, { ...known, protocol: PROTOCOL, poll, snapshots: [] }, [], now()));
    },
    ingestReadings,
    forget: (row) => keepIfOther(forgetRow(state, row)),
    forgetSilent: async () => {
      if (await keepIfOther(forgetSilent(state, now()))) log("what nobody has read for 35 days was forgotten");
    },
    readStatus: () => published,
    readRowKeys: () => toRowKeys(state),
    onPublished: (listener) => {
      tell = listener;
    },
    settle: inTurn.settled,
  };
}

async function readState(folder: string, now: () => number, log: Log): Promise<BridgeState> {
  const status = await readOrSetAside({ folder, name: "status.json", parse: parseStatus, now, log });
  return status ? restoreState(status) : emptyState;
}

function parseStatus(text: string): Status {
  if (!hasRightChecksum(text)) throw new Error("status.json does not match its checksum");
  return statusSchema.parse(parseJson(text, MAX_WRAPPED_DEPTH));
}

function toCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
