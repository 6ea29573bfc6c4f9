// One bridge per state folder: a write lock on a small database, held for life. The system releases it when the
// process dies in whatever way, which no lock file does.
import { lstat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { ensurePrivateFile } from "../state/private-files.ts";
import { type Database, openDatabase } from "../state/sqlite.ts";
import type { Log } from "./log.ts";
import { setAside } from "./quarantine.ts";

/** SQLITE_BUSY; SQLITE_CORRUPT and SQLITE_NOTADB: https://sqlite.org/rescode.html */
const BUSY = [5];
const BROKEN = [11, 26];

export type Lock = { release: () => void };

type LockOptions = { folder: string; now: () => number; log: Log };

/**
 * Of two that reach for it in the same moment SQLite may refuse both, each for the other's first hold; whoever holds it for
 * life refuses all of these tries.
 */
const TRIES = 8;
const LONGEST_PAUSE_MS = 60;

/** Undefined when another bridge holds it. */
export async function acquireLock({ folder, now, log }: LockOptions): Promise<Lock | undefined> {
  const path = join(folder, "lock.db");
  // Nobody holds a link, a folder or a pipe. A file of another user may be held, so it stays, and is refused.
  const found = await lstat(path).catch(() => undefined);
  if (found && !found.isFile()) await setAside(folder, "lock.db", now(), log);
  // Before it is opened: closing another descriptor of the file would release SQLite's lock.
  await ensurePrivateFile(path);
  for (let tries = 1; ; tries += 1) {
    const lock = await tryMended(path);
    if (lock || tries === TRIES) return lock;
    await pass(Math.random() * LONGEST_PAUSE_MS);
  }
}

async function tryMended(path: string): Promise<Lock | undefined> {
  try {
    return await tryLock(path);
  } catch (error) {
    if (!hasErrcode(error, BROKEN)) throw error;
    // Nobody holds it, or it would be busy. Emptied and not replaced: who opened it meanwhile must find the same file.
    await truncate(path);
    return await tryLock(path);
  }
}

async function tryLock(path: string): Promise<Lock | undefined> {
  const database = await openDatabase(path);
  try {
    database.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
  } catch (error) {
    closeQuietly(database);
    if (hasErrcode(error, BUSY)) return undefined;
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

function hasErrcode(error: unknown, codes: readonly number[]): boolean {
  return error instanceof Error && "errcode" in error && codes.includes(Number(error.errcode));
}
