// Snapshots on their way to the bridge: persisted first, deleted only when acknowledged. In IndexedDB, because a day of
// snapshots is larger than chrome.storage.
import type { IDBPObjectStore } from "idb";
import type { Snapshot } from "../shared/snapshot.ts";
import { type Database, DURABLE, type MeterSchema } from "./database.ts";

/** Of each row: a day of polls. */
const MAX_WAITING = 1440;
/** Read at once to find out whose they are: the whole queue of a long outage would take the memory of a page. */
const CHUNK = 500;

export type Waiting = { sequence: number; snapshot: Snapshot };
export type Kept = { sequences: number[]; dropped: number };

/** Durable when it resolves, to their numbers and how many of the oldest had to go. */
export async function keepSnapshots(database: Database, snapshots: readonly Snapshot[]): Promise<Kept> {
  const transaction = database.transaction("waiting", "readwrite", DURABLE);
  const { store } = transaction;
  const sequences: number[] = [];
  for (const snapshot of snapshots) sequences.push(await store.add(snapshot));
  const excess = (await store.count()) > MAX_WAITING ? await findExcess(store) : [];
  for (const sequence of excess) await store.delete(sequence);
  await transaction.done;
  return { sequences, dropped: excess.length };
}

/** The fuller ones in the place of those that were kept, or behind them where these are on their way or gone. */
export async function replaceSnapshots(database: Database, fuller: readonly Waiting[]): Promise<void> {
  const transaction = database.transaction("waiting", "readwrite", DURABLE);
  for (const { sequence, snapshot } of fuller) {
    const isWaiting = (await transaction.store.getKey(sequence)) !== undefined;
    if (isWaiting) await transaction.store.put(snapshot, sequence);
    else await transaction.store.add(snapshot);
  }
  await transaction.done;
}

type Store = Pick<IDBPObjectStore<MeterSchema, ["waiting"], "waiting", "readwrite">, "getAll" | "getAllKeys">;

async function findExcess(store: Store): Promise<number[]> {
  const entries: { sequence: number; row: string }[] = [];
  for (let after = 0; ; ) {
    const range = IDBKeyRange.lowerBound(after, true);
    const [sequences, values] = await Promise.all([store.getAllKeys(range, CHUNK), store.getAll(range, CHUNK)]);
    entries.push(...toEntries(sequences, values).map(({ sequence, snapshot }) => ({ sequence, row: toRow(snapshot) })));
    after = sequences.at(-1) ?? after;
    if (sequences.length < CHUNK) return decideExcess(entries);
  }
}

/** In the order they were kept: of each row the oldest beyond a day, so that no row takes the place of another. */
export function decideExcess(entries: readonly { sequence: number; row: string }[]): number[] {
  const counts = new Map<string, number>();
  return entries
    .toReversed()
    .filter(({ row }) => {
      const count = (counts.get(row) ?? 0) + 1;
      counts.set(row, count);
      return count > MAX_WAITING;
    })
    .map(({ sequence }) => sequence);
}

export function toRow({ account_uuid, org_uuid }: Snapshot): string {
  return `${account_uuid} ${org_uuid}`;
}

function toEntries(sequences: readonly number[], values: readonly Snapshot[]): Waiting[] {
  return values.flatMap((snapshot, index) => {
    const sequence = sequences[index];
    return sequence === undefined ? [] : [{ sequence, snapshot }];
  });
}

/** In the order they were kept. */
export async function readWaiting(database: Database): Promise<Waiting[]> {
  const transaction = database.transaction("waiting");
  const [sequences, values] = await Promise.all([transaction.store.getAllKeys(), transaction.store.getAll()]);
  await transaction.done;
  return toEntries(sequences, values);
}

export async function removeWaiting(database: Database, sequences: readonly number[]): Promise<void> {
  const transaction = database.transaction("waiting", "readwrite", DURABLE);
  for (const sequence of sequences) await transaction.store.delete(sequence);
  await transaction.done;
}

export async function countWaiting(database: Database): Promise<number> {
  return await database.count("waiting");
}
