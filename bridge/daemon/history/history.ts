// The history, kept whatever happens to its file: opened at the first need, set aside and replaced by the newest good
// backup when it is damaged, backed up and pruned once a day.
import { lstatSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ensurePrivateFile } from "../../state/private-files.ts";
import { hasCode } from "../../state/read-status.ts";
import { isUnsafePathError } from "../../state/unsafe-path-error.ts";
import { createTurns } from "../in-turn.ts";
import type { Log } from "../log.ts";
import { setAside } from "../quarantine.ts";
import { Refusal } from "../refusal.ts";
import { listBackups, readBackupDay, restoreBackup, writeBackup } from "./backups.ts";
import { DamagedStoreError, NewerStoreError } from "./schema.ts";
import { openStore, type SeriesCount, type Store, type StoredSeries, type StoreQuestion } from "./store.ts";
import type { Observation } from "./to-observations.ts";

export type HistoryKeeper = {
  /** Durable when it resolves; throws Refusal "disk-full" when nothing could be kept. */
  append: (observations: readonly Observation[]) => Promise<void>;
  /** Nothing while the file cannot be opened. */
  read: (question: StoreQuestion) => StoredSeries[];
  /** How many points `read` would give, without reading them. */
  count: (question: StoreQuestion) => SeriesCount[];
  close: () => Promise<void>;
};

export type HistoryOptions = { folder: string; now: () => number; log: Log };

const STORE_FILE = "history.sqlite";
const DAY_MS = 86_400_000;
/** The usual span; a store that grows beyond its bound keeps less. */
const KEPT_DAYS = [400, 300, 200, 100, 50, 25] as const;
const MAX_BYTES = 200 * 1024 * 1024;

/** What SQLite keeps beside the store while it is open. */
const NEIGHBOURS = ["-wal", "-shm"] as const;

/** SQLITE_CORRUPT, SQLITE_NOTADB: https://sqlite.org/rescode.html */
const BROKEN_CODES: readonly unknown[] = [11, 26];
/** SQLITE_FULL, SQLITE_CANTOPEN: a full disk, or no descriptor left. */
const PASSING_CODES: readonly unknown[] = [13, 14];

export async function openHistory({ folder, now, log }: HistoryOptions): Promise<HistoryKeeper> {
  const path = join(folder, STORE_FILE);
  const inTurn = createTurns();
  let open: { store: Store; inode: number } | undefined;
  let caredMs = await readBackupDay(folder, now());

  const close = () => {
    try {
      open?.store.close();
    } catch {
      // A file that is broken or gone; what was acknowledged was durable before.
    }
    open = undefined;
  };

  const tryOpen = async () => {
    try {
      const store = await openOrReplace(folder, now(), log);
      open = { store, inode: statSync(path).ino };
    } catch (error) {
      log(`${STORE_FILE} could not be opened: ${toReason(error)}`);
    }
  };

  /** Somebody may delete the folder while we run; SQLite would go on writing into a file that nobody finds. */
  const isInPlace = () => {
    try {
      return statSync(path).ino === open?.inode;
    } catch {
      return false;
    }
  };

  const append = (observations: readonly Observation[]) => {
    if (!open) throw new Refusal("disk-full");
    open.store.append(observations);
  };

  const appendOrReopen = async (observations: readonly Observation[]) => {
    if (!isInPlace()) {
      close();
      await tryOpen();
    }
    try {
      append(observations);
    } catch (error) {
      if (!isBroken(error)) throw error;
      close();
      await tryOpen();
      append(observations);
    }
  };

  const care = async () => {
    if (!open) return;
    try {
      const { store } = open;
      for (const days of KEPT_DAYS) {
        store.prune(now() - days * DAY_MS);
        if (store.readUsedBytes() <= MAX_BYTES) break;
      }
      // Not even once: the good backups would have to go for the bad one.
      store.check();
      await writeBackup(folder, store, now());
    } catch (error) {
      // The next append opens it again, which replaces it.
      if (isBroken(error)) close();
      log(`${STORE_FILE} could not be backed up: ${toReason(error)}`);
    }
  };

  const look = <T>(ask: (store: Store) => T[]): T[] => {
    try {
      return open ? ask(open.store) : [];
    } catch (error) {
      log(`${STORE_FILE} could not be read: ${toReason(error)}`);
      // The next append opens it again, and looks at the whole of it.
      close();
      return [];
    }
  };

  await tryOpen();
  return {
    append: async (observations) => {
      await inTurn(() => appendOrReopen(observations)).catch((error: unknown) => {
        log(`${STORE_FILE} could not be written: ${toReason(error)}`);
        throw error instanceof Refusal ? error : new Refusal("disk-full", { cause: error });
      });
      // Once a day, and without a timer: while nothing comes there is nothing to keep.
      if (Math.abs(now() - (caredMs ?? 0)) < DAY_MS) return;
      caredMs = now();
      setImmediate(() => void inTurn(care));
    },
    read: (question) => look((store) => store.read(question)),
    count: (question) => look((store) => store.count(question)),
    close: async () => {
      await inTurn.settled();
      close();
    },
  };
}

async function openOrReplace(folder: string, nowMs: number, log: Log): Promise<Store> {
  const path = join(folder, STORE_FILE);
  try {
    // Before SQLite: it would follow a link, and make the file with whatever mode the umask gives.
    await ensurePrivateFile(path);
    for (const ending of NEIGHBOURS) throwIfOdd(`${path}${ending}`);
    // To SQLite an empty file is a whole store; to us only while there is none to go on from.
    if (statSync(path).size === 0 && (await listBackups(folder, nowMs)).length > 0)
      throw new DamagedStoreError("the file is empty");
    const store = await openStore(path, { check: true });
    if (store.lostPoints > 0)
      log(`${STORE_FILE}: ${store.lostPoints} points did not match their checksum and are gone`);
    return store;
  } catch (error) {
    if (!isBroken(error)) throw error;
    log(`${STORE_FILE}: ${toReason(error)}`);
    await setAsideWhole(folder, nowMs, log);
  }
  for (const backup of await listBackups(folder, nowMs)) {
    try {
      await restoreBackup(backup, path);
      const store = await openStore(path, { check: true });
      log(`${STORE_FILE} was restored from ${backup}`);
      return store;
    } catch (error) {
      for (const ending of ["", ...NEIGHBOURS]) await rm(`${path}${ending}`, { force: true });
      // Without room for a good backup, better none yet than an empty one.
      if (isPassing(error)) throw error;
      log(`${backup} is not a usable backup: ${toReason(error)}`);
    }
  }
  await ensurePrivateFile(path);
  return await openStore(path, { check: false });
}

/** The log belongs to its file: beside another one it would be written into that. */
async function setAsideWhole(folder: string, nowMs: number, log: Log): Promise<void> {
  for (const ending of ["", ...NEIGHBOURS]) {
    await setAside(folder, `${STORE_FILE}${ending}`, nowMs, log).catch((error: unknown) => {
      if (!hasCode(error, "ENOENT")) throw error;
    });
  }
}

/** The file is not well, whatever else may be; a full disk or a missing right is no reason to replace it. */
function isBroken(error: unknown): boolean {
  if (error instanceof DamagedStoreError || error instanceof NewerStoreError || isUnsafePathError(error)) return true;
  return BROKEN_CODES.includes(toSqliteCode(error));
}

/** The same may go well a minute later. */
function isPassing(error: unknown): boolean {
  const isOfTheSystem = ["ENOSPC", "EDQUOT", "EMFILE", "ENFILE"].some((code) => hasCode(error, code));
  return isOfTheSystem || PASSING_CODES.includes(toSqliteCode(error));
}

/** The primary result code, undefined for what SQLite did not say. */
function toSqliteCode(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : undefined;
}

/** A folder or a pipe there is nothing SQLite could ever open. */
function throwIfOdd(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isFile()) throw new DamagedStoreError(`${path} is not a regular file`);
}

/** SQLite's messages name tables and columns, never values. */
function toReason(error: unknown): string {
  return error instanceof Error ? error.message : typeof error;
}
