// Snapshots on their way to the bridge: persisted first, deleted only when acknowledged. IndexedDB, because a day of
// snapshots is larger than chrome.storage, and its key generator gives sequence numbers that are never used twice.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Snapshot } from "../shared/snapshot.ts";

/** A day of polls of one organisation. */
export const MAX_WAITING = 1440;

export type Waiting = { sequence: number; snapshot: Snapshot };

interface QueueSchema extends DBSchema {
  /** Kept by an older version perhaps: the bridge checks each one and says which it refuses. */
  waiting: { key: number; value: Snapshot };
  identity: { key: string; value: string };
}

export type Queue = {
  /** Random, made once, in the same database as the sequence numbers: they only mean something together. */
  install: string;
  /** Durable when it resolves. Resolves to the number of oldest snapshots that had to go. */
  keep: (snapshots: readonly Snapshot[]) => Promise<number>;
  /** In the order they were kept. */
  readAll: () => Promise<Waiting[]>;
  remove: (sequences: readonly number[]) => Promise<void>;
  count: () => Promise<number>;
  close: () => void;
};

export async function openQueue(): Promise<Queue> {
  const database = await openDB<QueueSchema>("claude-meter", 1, {
    upgrade(created) {
      created.createObjectStore("waiting", { autoIncrement: true });
      created.createObjectStore("identity");
    },
  });
  return {
    install: await readInstall(database),
    keep: (snapshots) => keep(database, snapshots),
    readAll: () => readAll(database),
    remove: (sequences) => remove(database, sequences),
    count: () => database.count("waiting"),
    close: () => database.close(),
  };
}

async function readInstall(database: IDBPDatabase<QueueSchema>): Promise<string> {
  const transaction = database.transaction("identity", "readwrite", { durability: "strict" });
  const known = await transaction.store.get("install");
  const install = known ?? crypto.randomUUID();
  if (known === undefined) await transaction.store.put(install, "install");
  await transaction.done;
  return install;
}

async function keep(database: IDBPDatabase<QueueSchema>, snapshots: readonly Snapshot[]): Promise<number> {
  const transaction = database.transaction("waiting", "readwrite", { durability: "strict" });
  for (const snapshot of snapshots) await transaction.store.add(snapshot);
  const excess = (await transaction.store.count()) - MAX_WAITING;
  const oldest = excess > 0 ? await transaction.store.getAllKeys(null, excess) : [];
  for (const sequence of oldest) await transaction.store.delete(sequence);
  await transaction.done;
  return oldest.length;
}

async function readAll(database: IDBPDatabase<QueueSchema>): Promise<Waiting[]> {
  const transaction = database.transaction("waiting");
  const [sequences, values] = await Promise.all([transaction.store.getAllKeys(), transaction.store.getAll()]);
  await transaction.done;
  return values.flatMap((snapshot, index) => {
    const sequence = sequences[index];
    return sequence === undefined ? [] : [{ sequence, snapshot }];
  });
}

async function remove(database: IDBPDatabase<QueueSchema>, sequences: readonly number[]): Promise<void> {
  const transaction = database.transaction("waiting", "readwrite", { durability: "strict" });
  for (const sequence of sequences) await transaction.store.delete(sequence);
  await transaction.done;
}
