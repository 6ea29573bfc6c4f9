// Snapshots on their way to the bridge: persisted first, deleted only when acknowledged. In IndexedDB, because a day of
// snapshots is larger than chrome.storage.
import type { Snapshot } from "../shared/snapshot.ts";
import { type Database, DURABLE } from "./database.ts";

/** A day of polls of one organisation. */
const MAX_WAITING = 1440;

export type Waiting = { sequence: number; snapshot: Snapshot };

/** Durable when it resolves, to the number of oldest snapshots that had to go. */
export async function keepSnapshots(database: Database, snapshots: readonly Snapshot[]): Promise<number> {
  const transaction = database.transaction("waiting", "readwrite", DURABLE);
  for (const snapshot of snapshots) await transaction.store.add(snapshot);
  const excess = (await transaction.store.count()) - MAX_WAITING;
  const oldest = excess > 0 ? await transaction.store.getAllKeys(null, excess) : [];
  for (const sequence of oldest) await transaction.store.delete(sequence);
  await transaction.done;
  return oldest.length;
}

/** In the order they were kept. */
export async function readWaiting(database: Database): Promise<Waiting[]> {
  const transaction = database.transaction("waiting");
  const [sequences, values] = await Promise.all([transaction.store.getAllKeys(), transaction.store.getAll()]);
  await transaction.done;
  return values.flatMap((snapshot, index) => {
    const sequence = sequences[index];
    return sequence === undefined ? [] : [{ sequence, snapshot }];
  });
}

export async function removeWaiting(database: Database, sequences: readonly number[]): Promise<void> {
  const transaction = database.transaction("waiting", "readwrite", DURABLE);
  for (const sequence of sequences) await transaction.store.delete(sequence);
  await transaction.done;
}

export async function countWaiting(database: Database): Promise<number> {
  return await database.count("waiting");
}
