// leases.sqlite: who holds a lease, so that a bridge that starts knows whom to wait for, and what costs are learned from.
// It decides nothing: the connection does. A file that cannot be used is set aside, and leases go on without it.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { leaseAskSchema } from "../../../shared/lease/lease-wire.ts";
import { ensurePrivateFile } from "../../state/private-files.ts";
import { type Database, openDatabase } from "../../state/sqlite.ts";
import type { Log } from "../log.ts";
import { setAside } from "../quarantine.ts";
import type { Interval } from "./costs/intervals.ts";
import type { Job } from "./costs/learn-costs.ts";

const holderSchema = z.object({
  ask: leaseAskSchema,
  started_ms: z.number(),
  /** When the process began that a lease for a pid stands for: its number may be given to another. */
  pid_start: z.nullable(z.string()),
});
export type Holder = z.infer<typeof holderSchema>;

export type LeaseStore = {
  readHolders: () => Holder[];
  keepHolder: (holder: Holder) => void;
  dropHolder: (id: string) => void;
  /** The oldest first. */
  readIntervals: (row: string, sinceMs: number) => Interval[];
  addIntervals: (row: string, intervals: readonly Interval[]) => void;
  readJobs: (row: string, sinceMs: number) => Job[];
  addJob: (row: string, job: Job) => void;
  close: () => void;
};

const FILE = "leases.sqlite";
/** Also asked for by `costs --since`. */
const KEPT_MS = 100 * 86_400_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS holders (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS intervals (row TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS jobs (row TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS intervals_at ON intervals (row, at);
  CREATE INDEX IF NOT EXISTS jobs_at ON jobs (row, at);`;

export async function openLeaseStore(folder: string, now: () => number, log: Log): Promise<LeaseStore> {
  const database = await openOrReplace(folder, now, log);
  return database ? createStore(database, now, log) : createNoStore();
}

async function openOrReplace(folder: string, now: () => number, log: Log): Promise<Database | undefined> {
  try {
    return await open(folder);
  } catch (error) {
    log(`${FILE} could not be opened: ${toReason(error)}`);
  }
  try {
    await setAside(folder, FILE, now(), log);
    for (const ending of ["-wal", "-shm"]) await rm(join(folder, `${FILE}${ending}`), { force: true });
    return await open(folder);
  } catch (error) {
    log(`leases are not kept over a restart: ${toReason(error)}`);
    return undefined;
  }
}

async function open(folder: string): Promise<Database> {
  const path = join(folder, FILE);
  await ensurePrivateFile(path);
  const database = await openDatabase(path);
  try {
    // Not durable over a power cut, which ends every holder as well.
    database.exec(`PRAGMA busy_timeout = 1000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const bodiesSchema = z.array(z.object({ body: z.string() }));
const intervalSchema = z.object({
  window: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  points: z.number(),
  seconds: z.record(z.string(), z.number()),
});
const jobSchema = z.object({ class: z.string(), startedMs: z.number(), endedMs: z.number() });

function createStore(database: Database, now: () => number, log: Log): LeaseStore {
  /** A disk that takes nothing must not hold work back. */
  const attempt = <T>(act: () => T, otherwise: T): T => {
    try {
      return act();
    } catch (error) {
      log(`${FILE}: ${toReason(error)}`);
      return otherwise;
    }
  };
  const read = <T>(sql: string, schema: z.ZodMiniType<T>, ...values: (string | number)[]): T[] =>
    attempt(() => {
      const rows = z.parse(bodiesSchema, database.prepare(sql).all(...values));
      // What a later version wrote otherwise is passed over.
      return rows.flatMap(({ body }) => {
        const parsed = schema.safeParse(JSON.parse(body));
        return parsed.success ? [parsed.data] : [];
      });
    }, []);
  const write = (sql: string, ...values: (string | number)[]) =>
    attempt(() => void database.prepare(sql).run(...values), undefined);
  for (const table of ["intervals", "jobs"]) write(`DELETE FROM ${table} WHERE at < ?`, now() - KEPT_MS);
  return {
    readHolders: () => read("SELECT body FROM holders", holderSchema),
    keepHolder: (holder) =>
      write("INSERT OR REPLACE INTO holders VALUES (?, ?)", holder.ask.id, JSON.stringify(holder)),
    dropHolder: (id) => write("DELETE FROM holders WHERE id = ?", id),
    readIntervals: (row, sinceMs) =>
      read("SELECT body FROM intervals WHERE row = ? AND at >= ? ORDER BY at", intervalSchema, row, sinceMs),
    addIntervals: (row, intervals) => {
      for (const interval of intervals)
        write("INSERT INTO intervals VALUES (?, ?, ?)", row, interval.toMs, JSON.stringify(interval));
    },
    readJobs: (row, sinceMs) =>
      read("SELECT body FROM jobs WHERE row = ? AND at >= ? ORDER BY at", jobSchema, row, sinceMs),
    addJob: (row, job) => write("INSERT INTO jobs VALUES (?, ?, ?)", row, job.endedMs, JSON.stringify(job)),
    close: () => attempt(() => database.close(), undefined),
  };
}

function createNoStore(): LeaseStore {
  const nothing = () => undefined;
  return {
    readHolders: () => [],
    keepHolder: nothing,
    dropHolder: nothing,
    readIntervals: () => [],
    addIntervals: nothing,
    readJobs: () => [],
    addJob: nothing,
    close: nothing,
  };
}

function toReason(error: unknown): string {
  return error instanceof Error ? error.message : typeof error;
}
