// The tables of history.sqlite, and the steps from each version to the next. A step that was released never changes.
import * as z from "zod/mini";
import type { Database } from "../../state/sqlite.ts";

/**
 * The largest prime that fits in two bytes, as SQLite stores it. A prime: no single bit of a whole number falls over unseen;
 * of all other changes one in 32,749 does.
 */
const MODULUS = 32_749;

/**
 * What the check of a point adds up to, as SQL of its columns or of what is bound for them. A utilization counts with all
 * its bits: what lies before the 32nd binary place, and what lies behind it.
 */
export function toSumSql([series, at, utilization, resetsAt]: readonly [string, string, string, string]): string {
  const scaled = `${utilization} * 4294967296`;
  const whole = `CAST(${scaled} AS INTEGER)`;
  const rest = `CAST((${scaled} - ${whole}) * 4294967296 AS INTEGER)`;
  return `((${series} * 3 + ${at} % ${MODULUS} * 5 + ifnull(${resetsAt}, -1) % ${MODULUS} * 7
    + ifnull(${whole}, -1) % ${MODULUS} * 11 + ifnull(${rest}, -1) % ${MODULUS} * 13) % ${MODULUS})`;
}

const pointColumns = ["series", "at", "utilization", "resets_at"] as const;

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
  // SQLite keeps no checksums of its own: with these a check of the file sees a number that fell over.
  `CREATE TABLE checked_points (
     series INTEGER NOT NULL REFERENCES series (id),
     at INTEGER NOT NULL,
     utilization REAL,
     resets_at INTEGER,
     sum INTEGER NOT NULL CHECK (sum = ${toSumSql(pointColumns)}),
     PRIMARY KEY (series, at)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO checked_points SELECT ${pointColumns.join()}, ${toSumSql(pointColumns)} FROM points;
   DROP TABLE points;
   ALTER TABLE checked_points RENAME TO points;
   CREATE UNIQUE INDEX whole_series ON series (row_key, window, label);`,
];

/** Written by a newer claude-meter: to be kept as it is, never migrated down. */
export class NewerStoreError extends Error {
  constructor(version: number) {
    super(`history.sqlite has version ${version}, newer than this bridge's ${migrations.length}`);
    this.name = "NewerStoreError";
  }
}

export class DamagedStoreError extends Error {
  constructor(finding = "no answer") {
    super(`history.sqlite is damaged: ${finding}`);
    this.name = "DamagedStoreError";
  }
}

/** Brings the store to our version, each step whole or not at all. */
export function migrate(database: Database): void {
  const version = readNumber(database, "user_version");
  if (version === 0 && hasTables(database)) throw new DamagedStoreError("it has tables but no version");
  if (version > migrations.length) throw new NewerStoreError(version);
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

/**
 * Each page, each row and each sum, 200 ms for a million points; throws DamagedStoreError when the file is not as it was
 * written. Of any version, also of one without sums.
 */
export function checkPages(database: Database): void {
  throwFinding(database.prepare("PRAGMA quick_check(1)").all());
}

/** More of them, or more than half of all, are no accident of single numbers. */
const MOST_WRONG_POINTS = 100;

/** Removes the few points whose sum is wrong, and gives their number; whatever else is wrong throws DamagedStoreError. */
export function removeWrongPoints(database: Database): number {
  try {
    checkPages(database);
    return 0;
  } catch (error) {
    if (!(error instanceof DamagedStoreError)) throw error;
  }
  // Without the sums: does anything else than they stand against it?
  database.exec("PRAGMA ignore_check_constraints = ON");
  checkPages(database);
  const where = `sum IS NOT ${toSumSql(pointColumns)}`;
  const counted = database.prepare(`SELECT count(*) AS points, count(*) FILTER (WHERE ${where}) AS wrong FROM points`);
  const { points, wrong } = z.parse(countedSchema, counted.get());
  if (wrong > MOST_WRONG_POINTS || wrong * 2 > points)
    throw new DamagedStoreError(`${wrong} points do not match their checksum`);
  database.exec(`DELETE FROM points WHERE ${where}; PRAGMA ignore_check_constraints = OFF`);
  checkPages(database);
  return wrong;
}

const countedSchema = z.object({ points: z.int(), wrong: z.int() });

/** The few series, whose every text stands in an index as well; only of our version. */
export function checkSeries(database: Database): void {
  throwFinding(database.prepare("PRAGMA integrity_check(series)").all());
}

function throwFinding(rows: unknown[]): void {
  const [finding] = z.parse(findingsSchema, rows).flatMap((row) => Object.values(row));
  if (finding !== "ok") throw new DamagedStoreError(finding);
}

const findingsSchema = z.array(z.record(z.string(), z.string()));

function hasTables(database: Database): boolean {
  return database.prepare("SELECT name FROM sqlite_schema LIMIT 1").get() !== undefined;
}

const numberSchema = z.record(z.string(), z.number());

export function readNumber(database: Database, pragma: "user_version" | "page_count" | "freelist_count" | "page_size") {
  return z.parse(numberSchema, database.prepare(`PRAGMA ${pragma}`).get())[pragma] ?? 0;
}
