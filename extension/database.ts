// The extension's database: waiting snapshots, and who this browser profile is. One database, because a sequence number
// means something only together with the install that gave it.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Snapshot } from "../shared/snapshot.ts";

export interface MeterSchema extends DBSchema {
  /** Kept by another version perhaps: the bridge checks each one and says which it refuses (held.ts). */
  waiting: { key: number; value: Snapshot };
  install: { key: "id"; value: string };
  /** Can sign and verify; cannot be read out, not even by us. */
  pairing: { key: "key"; value: CryptoKey };
}

export type Database = IDBPDatabase<MeterSchema>;

export async function openDatabase(): Promise<Database> {
  return await openDB<MeterSchema>("claude-meter", 1, {
    upgrade(created) {
      // The generator never gives a number twice, also after deletions.
      created.createObjectStore("waiting", { autoIncrement: true });
      created.createObjectStore("install");
      created.createObjectStore("pairing");
    },
  });
}

/** Survives a power cut once it has resolved. */
export const DURABLE = { durability: "strict" } as const;
