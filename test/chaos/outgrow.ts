// A store that is larger than its bound: it keeps less, and what it keeps is the newest.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { toSumSql } from "../../bridge/daemon/history/schema.ts";
import { openDatabase } from "../../bridge/state/sqlite.ts";
import { waitFor } from "../harness/wait-for.ts";
import type { Place } from "./place.ts";
import type { Random } from "./random.ts";

const DAY = 86_400_000;
const DAYS = 399;
/** About 33 bytes each. */
const POINTS = 8_000_000;
const BOUND_BYTES = 200 * 1024 * 1024;
const LIMIT_MS = 120_000;

/** What went wrong, in words; leaves the bridge running. */
export async function outgrow(place: Place, random: Random): Promise<string[]> {
  await place.stop();
  const path = join(place.home, "history.sqlite");
  const before = await fill(path);
  // Without any backup the first post makes one, and before it what is too much goes.
  await rm(join(place.home, "backup"), { recursive: true, force: true });
  await place.start();
  await place.post(random);
  const after = await waitFor(
    () => measure(path),
    ({ bytes }) => bytes <= BOUND_BYTES,
    LIMIT_MS,
  );
  console.log(`soak: a store of ${before.points} points keeps ${after.points}, ${(after.bytes / 1e6).toFixed(0)} MB`);
  return [
    ...(before.bytes > BOUND_BYTES ? [] : [`${before.bytes} bytes are within the bound already`]),
    ...(after.points > POINTS / 4 ? [] : [`only ${after.points} points were kept`]),
    ...(after.newest === before.newest ? [] : ["the newest points were not kept"]),
  ];
}

async function fill(path: string) {
  const database = await openDatabase(path);
  const fromMs = Date.now() - DAYS * DAY;
  const stepMs = Math.floor((DAYS * DAY) / POINTS);
  database.exec(`BEGIN;
    INSERT INTO series (row_key, window, label) VALUES ('extra', 'five_hour', '5-hour');
    INSERT INTO points (series, at, utilization, resets_at, sum)
      SELECT series, at, utilization, resets_at, ${toSumSql(["series", "at", "utilization", "resets_at"])} FROM (
        WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted LIMIT ${POINTS})
        SELECT series.id AS series, ${fromMs} + n * ${stepMs} AS at, n % 100 AS utilization,
          ${fromMs} + n * ${stepMs} + ${DAY} AS resets_at
        FROM counted, series WHERE row_key = 'extra');
    COMMIT; PRAGMA wal_checkpoint(TRUNCATE)`);
  database.close();
  return await measure(path);
}

const measuredSchema = z.object({ points: z.int(), newest: z.int(), bytes: z.int() });

/** Beside the bridge, which has it open. */
async function measure(path: string) {
  const database = await openDatabase(path);
  try {
    const question = `SELECT count(*) AS points, max(at) AS newest, (SELECT page_count FROM pragma_page_count)
        * (SELECT page_size FROM pragma_page_size) - (SELECT freelist_count FROM pragma_freelist_count)
        * (SELECT page_size FROM pragma_page_size) AS bytes
      FROM points JOIN series ON series.id = series WHERE row_key = 'extra'`;
    return z.parse(measuredSchema, database.prepare(question).get());
  } finally {
    database.close();
  }
}
