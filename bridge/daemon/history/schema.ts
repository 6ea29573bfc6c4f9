// The tables of history.sqlite, and the steps from each version to the next. A step that was released never changes.
import * as z from "zod/mini";
import type { Database } from "../../state/sqlite.ts";

/** The step at index n leads from user_version n to n + 1. Moments are epoch milliseconds. */
const migrations: readonly string[] = [
  `CREATE TABLE series (
     id INTEGER PRIMARY KEY,
     row_key TEXT NOT NULL,
     window TEXT NOT NULL,
     label TEXT NOT NULL,
     UNIQUE (row_key, window)
   ) STRICT;
   CREATE TABLE points (
     series INTEGER NOT NULL REFERENCES series (id),
     at INTEGER NOT NULL,
     utilization REAL,
     resets_at INTEGER,
     PRIMARY KEY (series, at)
   ) STRICT, WITHOUT ROWID;`,
];

/** Written by a newer claude-meter: to be kept as it is, never migrated down. */
export class NewerStoreError extends Error {
  constructor(version: number) {
    super(`history.sqlite has version ${version}, newer than this bridge's ${migrations.length}`);
    this.name = "NewerStoreError";
  }
}

/** Brings the store to our version, each step whole or not at all. */
export function migrate(database: Database): void {
  const version = readNumber(database, "user_version");
  if (version > migrations.length) throw new NewerStoreError(version);
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

const numberSchema = z.record(z.string(), z.number());

export function readNumber(database: Database, pragma: "user_version" | "page_count" | "freelist_count" | "page_size") {
  return z.parse(numberSchema, database.prepare(`PRAGMA ${pragma}`).get())[pragma] ?? 0;
}
