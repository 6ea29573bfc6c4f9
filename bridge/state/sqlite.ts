// The SQLite binding: Node's own where Node has one, else a package with the same interface that its user has added.
import type { DatabaseSync } from "@photostructure/sqlite";
import * as z from "zod/mini";

export type Database = InstanceType<typeof DatabaseSync>;

export async function openDatabase(path: string): Promise<Database> {
  const { DatabaseSync: Binding } = await importBinding();
  return new Binding(path);
}

/** SQLite's own version; undefined when there is no binding. */
export async function readSqliteVersion(): Promise<string | undefined> {
  try {
    const database = await openDatabase(":memory:");
    const { version } = z.parse(versionSchema, database.prepare("SELECT sqlite_version() AS version").get());
    database.close();
    return version;
  } catch {
    // Neither Node's own nor the optional package.
    return undefined;
  }
}

const versionSchema = z.object({ version: z.string() });

/** Version 2 of the package is for Node 22 and newer; its prebuilt binaries need no install script. */
export const SQLITE_STEP =
  "run `npm install --global --ignore-scripts @photostructure/sqlite@1`, or install Node 22.13 or newer";

async function importBinding() {
  try {
    return await import("node:sqlite");
  } catch {
    // Node has one from 22.13 on.
    return await importPackage();
  }
}

/** Not installed with ours: it weighs thirty times as much and most Nodes have no use for it. */
async function importPackage() {
  try {
    return await import("@photostructure/sqlite");
  } catch (cause) {
    throw new Error(`Node ${process.versions.node} has no built-in SQLite: ${SQLITE_STEP}.`, { cause });
  }
}
