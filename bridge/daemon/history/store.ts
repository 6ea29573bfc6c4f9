// history.sqlite while it is well: one connection, and every append durable when it returns. What is done with a file that
// is not well is history.ts's.
import * as z from "zod/mini";
import type { HistoryPoint } from "../../../shared/history.ts";
import { type Database, openDatabase } from "../../state/sqlite.ts";
import { decideKept } from "./decide-kept.ts";
import {
  checkPages,
  checkSeries,
  DamagedStoreError,
  migrate,
  readNumber,
  removeWrongPoints,
  toSumSql,
} from "./schema.ts";
import { isSeriesOf, toSeriesSource } from "./series-key.ts";
import type { Observation } from "./to-observations.ts";

export type StoreQuestion = {
  rowKeys: readonly string[];
  /** Every window without it. */
  window?: string | undefined;
  sinceMs: number;
  untilMs: number;
  /** Of each series only the earliest ones. */
  maxPoints?: number;
};

export type SeriesCount = { rowKey: string; window: string; points: number };

/** Ascending points of one window under one key, as one source said them. */
export type StoredSeries = { rowKey: string; source: string; window: string; label: string; points: HistoryPoint[] };

export type Store = {
  /** How many had a wrong sum when it was opened, and were removed. */
  lostPoints: number;
  /** Keeps what is a change or a heartbeat; all of it is on disk when this returns, or none. */
  append: (observations: readonly Observation[]) => void;
  read: (question: StoreQuestion) => StoredSeries[];
  count: (question: StoreQuestion) => SeriesCount[];
  /** Forgets what is older, and the windows of which nothing is left. */
  prune: (beforeMs: number) => void;
  /** Throws DamagedStoreError when the file is not as it was written. */
  check: () => void;
  /** Without the pages that are free. */
  readUsedBytes: () => number;
  /** A whole and compact copy, at a path where nothing stands. */
  copyTo: (path: string) => void;
  close: () => void;
};

type OpenOptions = { check: boolean };

/** Nothing else happens in the bridge meanwhile. */
const BUSY_MS = 1_000;

/** Throws when the file is no store of ours, is damaged, or is newer than we are. */
export async function openStore(path: string, { check }: OpenOptions): Promise<Store> {
  const database = await openDatabase(path);
  try {
    // Somebody may look into the file with a tool of their own, which locks it when it leaves.
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    // An acknowledged point survives a power cut: https://sqlite.org/pragma.html#pragma_synchronous
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;
      PRAGMA checkpoint_fullfsync = ON; PRAGMA foreign_keys = ON`);
    const lostPoints = check ? removeWrongPoints(database) : 0;
    migrate(database);
    if (check) checkSeries(database);
    return createStore(database, lostPoints);
  } catch (error) {
    database.close();
    throw error;
  }
}

const seriesRowsSchema = z.array(z.object({ id: z.int(), row_key: z.string(), window: z.string(), label: z.string() }));
type SeriesRow = z.infer<typeof seriesRowsSchema>[number];

const pointRowSchema = z.optional(
  z.object({ at: z.int(), utilization: z.nullable(z.number()), resets_at: z.nullable(z.int()) }),
);

const countSchema = z.object({ points: z.int() });

/** https://sqlite.org/lang_select.html#the_limit_clause */
const NO_LIMIT = -1;

const columnsSchema = z.object({ at: z.string(), utilization: z.string(), resets_at: z.string() });

function createStore(database: Database, lostPoints: number): Store {
  const selectSeries = database.prepare("SELECT id, row_key, window, label FROM series");
  const insertSeries = database.prepare(
    `INSERT INTO series (row_key, window, label) VALUES (?, ?, ?)
     ON CONFLICT (row_key, window) DO UPDATE SET label = excluded.label RETURNING id, row_key, window, label`,
  );
  const selectBefore = database.prepare(
    "SELECT at, utilization, resets_at FROM points WHERE series = ? AND at <= ? ORDER BY at DESC LIMIT 1",
  );
  const insertPoint = database.prepare(
    `INSERT INTO points (series, at, utilization, resets_at, sum)
     VALUES (?1, ?2, ?3, ?4, ${toSumSql(["?1", "?2", "?3", "?4"])})
     ON CONFLICT DO UPDATE SET utilization = excluded.utilization, resets_at = excluded.resets_at, sum = excluded.sum`,
  );
  // Columns as JSON: a third of the time that a hundred thousand row objects take. Moments count from the first asked one,
  // which makes them short.
  const selectColumns = database.prepare(
    `SELECT json_group_array(at - ?2) AS at, json_group_array(utilization) AS utilization,
       json_group_array(resets_at - ?2) AS resets_at
     FROM (SELECT at, utilization, resets_at FROM points WHERE series = ?1 AND at >= ?2 AND at < ?3 ORDER BY at
       LIMIT ?4)`,
  );
  const countPoints = database.prepare("SELECT count(*) AS points FROM points WHERE series = ? AND at >= ? AND at < ?");
  const deletePoints = database.prepare("DELETE FROM points WHERE series = ? AND at < ?");
  const deleteEmptySeries = database.prepare(
    "DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM points WHERE points.series = series.id)",
  );

  let series = readSeries();

  function readSeries(): Map<string, SeriesRow> {
    const rows = z.parse(seriesRowsSchema, selectSeries.all());
    return new Map(rows.map((row) => [toCacheKey(row.row_key, row.window), row]));
  }

  function ensureSeries({ rowKey, window, label }: Observation): number {
    const key = toCacheKey(rowKey, window);
    const known = series.get(key);
    if (known && known.label === label) return known.id;
    const [row] = z.parse(seriesRowsSchema, insertSeries.all(rowKey, window, label));
    if (!row) throw new Error("a series that was inserted has no row");
    series.set(key, row);
    return row.id;
  }

  function keep(observation: Observation): void {
    const [at, utilization, resetsAt] = observation.point;
    const id = ensureSeries(observation);
    const before = z.parse(pointRowSchema, selectBefore.get(id, at));
    if (!decideKept(before && [before.at, before.utilization, before.resets_at], observation.point)) return;
    insertPoint.run(id, at, utilization, resetsAt);
  }

  function inTransaction(change: () => void): void {
    database.exec("BEGIN IMMEDIATE");
    try {
      change();
      database.exec("COMMIT");
    } catch (error) {
      rollBack(database);
      // It may hold a series that was never written.
      series = readSeries();
      throw error;
    }
  }

  const selectAsked = ({ rowKeys, window }: StoreQuestion) =>
    [...series.values()].filter((row) => {
      return isSeriesOf(row.row_key, rowKeys) && (window === undefined || row.window === window);
    });

  return {
    lostPoints,
    append: (observations) => inTransaction(() => observations.forEach(keep)),
    read: (question) =>
      selectAsked(question).map(({ id, row_key, window, label }) => {
        const { sinceMs, untilMs, maxPoints = NO_LIMIT } = question;
        const columns = z.parse(columnsSchema, selectColumns.get(id, sinceMs, untilMs, maxPoints));
        const source = toSeriesSource(row_key);
        return { rowKey: row_key, source, window, label, points: toPoints(columns, sinceMs) };
      }),
    count: (question) =>
      selectAsked(question).map(({ id, row_key, window }) => {
        const { points } = z.parse(countSchema, countPoints.get(id, question.sinceMs, question.untilMs));
        return { rowKey: row_key, window, points };
      }),
    prune: (beforeMs) =>
      inTransaction(() => {
        for (const { id } of series.values()) deletePoints.run(id, beforeMs);
        deleteEmptySeries.run();
        series = readSeries();
      }),
    check: () => {
      checkPages(database);
      checkSeries(database);
    },
    readUsedBytes: () =>
      (readNumber(database, "page_count") - readNumber(database, "freelist_count")) * readNumber(database, "page_size"),
    copyTo: (path) => database.prepare("VACUUM INTO ?").run(path),
    close: () => {
      try {
        // Not left to close, which does nothing of the kind while a binding still holds a statement.
        database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      } finally {
        database.close();
      }
    },
  };
}

function toCacheKey(rowKey: string, window: string): string {
  return `${rowKey}\n${window}`;
}

function toPoints(columns: z.infer<typeof columnsSchema>, sinceMs: number): HistoryPoint[] {
  const at = parseNumbers(columns.at);
  const utilization = parseNumbers(columns.utilization);
  const resetsAt = parseNumbers(columns.resets_at);
  return at.map((afterMs, index) => {
    const resetAfterMs = resetsAt[index] ?? null;
    return [
      sinceMs + (afterMs ?? 0),
      utilization[index] ?? null,
      resetAfterMs === null ? null : sinceMs + resetAfterMs,
    ];
  });
}

/** By hand: a schema takes longer than the whole query. */
function parseNumbers(text: string): readonly (number | null)[] {
  const values: unknown = JSON.parse(text);
  if (!isNumbers(values)) throw new DamagedStoreError("a column is not a list of numbers");
  return values;
}

function isNumbers(values: unknown): values is readonly (number | null)[] {
  return Array.isArray(values) && values.every((value) => value === null || typeof value === "number");
}

/** Some failures have rolled back by themselves: https://sqlite.org/lang_transaction.html */
function rollBack(database: Database): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // The failure before it is the one to tell.
  }
}
