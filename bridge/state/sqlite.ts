// The SQLite binding: Node's own where Node has one, else the optional package with the same interface.
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

async function importBinding() {
  try {
    return await import("node:sqlite");
  } catch {
    // Node 20 has none.
    return await importPackage();
  }
}

/** Optional, so that an installation without a registry at hand does not fail for its sake. */
async function importPackage() {
  try {
    return await import("@photostructure/sqlite");
  } catch (cause) {
    const step = "run `npm install --global @photostructure/sqlite`, or use Node 22.13 or newer";
    throw new Error(`Node ${process.versions.node} has no built-in SQLite: ${step}.`, { cause });
  }
}
