// One bridge per state folder: a write lock on a small database, held for life. The system releases it when the
// process dies in whatever way, which no lock file does.
import { join } from "node:path";
import { ensurePrivateFile } from "../state/private-files.ts";
import { type Database, openDatabase } from "../state/sqlite.ts";

/** https://sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

export type Lock = { release: () => void };

/** Undefined when another bridge holds it. */
export async function acquireLock(folder: string): Promise<Lock | undefined> {
  const path = join(folder, "lock.db");
  // Before it is opened: closing another descriptor of the file would release SQLite's lock.
  await ensurePrivateFile(path);
  const database = await openDatabase(path);
  try {
    database.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
  } catch (error) {
    closeQuietly(database);
    if (isBusy(error)) return undefined;
    throw error;
  }
  return { release: () => closeQuietly(database) };
}

function closeQuietly(database: Database): void {
  try {
    database.close();
  } catch {
    // The process ends anyway, and with it the lock.
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}
