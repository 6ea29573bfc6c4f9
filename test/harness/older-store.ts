// A history.sqlite as version 1 of the store left it: without sums, and with many points of a row that no bridge has in mind.
import { openDatabase } from "../../bridge/state/sqlite.ts";

/** `extra` points more under a row key of their own; nobody may have the file open. */
export async function makeOlder(path: string, extra = 0): Promise<void> {
  const database = await openDatabase(path);
  try {
    database.exec(`BEGIN;
      CREATE TABLE old_points (
        series INTEGER NOT NULL REFERENCES series (id),
        at INTEGER NOT NULL,
        utilization REAL,
        resets_at INTEGER,
        PRIMARY KEY (series, at)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO old_points SELECT series, at, utilization, resets_at FROM points;
      INSERT OR IGNORE INTO series (row_key, window, label) VALUES ('extra', 'five_hour', '5-hour');
      INSERT OR IGNORE INTO old_points
        WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted LIMIT ${extra})
        SELECT series.id, n * 60000, n % 100, NULL FROM counted, series WHERE row_key = 'extra';
      DROP TABLE points;
      ALTER TABLE old_points RENAME TO points;
      DROP INDEX whole_series;
      PRAGMA user_version = 1;
      COMMIT;
      PRAGMA wal_checkpoint(TRUNCATE)`);
  } finally {
    database.close();
  }
}

/** Of the row that no bridge has in mind. */
export async function countExtra(path: string): Promise<number> {
  const database = await openDatabase(path);
  try {
    const question = "SELECT at FROM points JOIN series ON series.id = points.series WHERE row_key = 'extra'";
    return database.prepare(question).all().length;
  } finally {
    database.close();
  }
}
