// The keeper of asked sources over simulated days, with an injected clock: how often whose client is started.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { openSourceKeeper } from "../../../../bridge/daemon/sources/source-keeper.ts";
import type { Reading } from "../../../../shared/reading.ts";
import type { StoredRow } from "../../../../shared/row.ts";
import { createUsualRow } from "../../../harness/recent-row.ts";
import { test } from "../../../harness/test.ts";
import { installUsageClient, signIn, toRateLimits } from "../../../harness/usage-client.ts";
import { ACCOUNT_UUID } from "../../../shared/wire-examples.ts";

const MINUTE = 60_000;

type World = { nowMs: number; asks: number; kept: Reading[]; rateLimits: unknown };

/** What the client notes of an answer. */
function toCached(fetchedAtMs: number) {
  return { cachedUsageUtilization: { fetchedAtMs, accountUuid: ACCOUNT_UUID, utilization: toRateLimits(42) } };
}

async function openWorld(home: string) {
  vi.stubEnv("HOME", home);
  const bin = await installUsageClient(home);
  await signIn(home);
  const world: World = { nowMs: Date.now(), asks: 0, kept: [], rateLimits: toRateLimits(42) };
  const toRow = (reading: Reading): StoredRow => ({
    ...createUsualRow(42, 40),
    fetched_at: reading.observed_at,
    windows: [],
    usage: null,
    sources: [{ source: reading.source, observed_at: reading.observed_at, windows: {} }],
  });
  const keeper = await openSourceKeeper({
    folder: home,
    version: "0.0.0",
    now: () => world.nowMs,
    random: () => 0.5,
    log: () => undefined,
    readStatus: () => ({
      schema: 1,
      generated_at: new Date(world.nowMs).toISOString(),
      installs: [],
      rows: world.kept.slice(-1).map(toRow),
    }),
    ingestReadings: async (readings) => {
      world.kept.push(...readings);
      return readings.length;
    },
    isWatched: () => false,
    onDefect: (error) => {
      throw error;
    },
    askClaude: async () => {
      world.asks += 1;
      if (world.rateLimits !== null) await signIn(home, toCached(world.nowMs));
      return { kind: "answered", rateLimits: world.rateLimits };
    },
  });
  await writeFile(
    join(home, "sources.json"),
    JSON.stringify({ schema: 1, claude_code: { on: true, program: `${bin}/claude` } }),
  );
  await keeper.reload();
  const play = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      await keeper.want(null);
      world.nowMs += MINUTE;
    }
  };
  return { world, keeper, play };
}

test("a day of a waiting guard starts the client at most 144 times, and each brings a reading", async ({ folder }) => {
  const { world, keeper, play } = await openWorld(folder);
  await play(1_440);
  expect(world.asks).toBeGreaterThan(100);
  expect(world.asks).toBeLessThanOrEqual(144);
  expect(new Set(world.kept.map(({ observed_at }) => observed_at)).size).toBe(world.asks);
  await keeper.close();
});

test("answers without numbers are no readings, and are asked for ever less often", async ({ folder }) => {
  const { world, keeper, play } = await openWorld(folder);
  world.rateLimits = null;
  await play(1_440);
  expect(world.kept).toEqual([]);
  expect(world.asks).toBeLessThanOrEqual(50);
  world.rateLimits = toRateLimits(42);
  await play(32);
  expect(world.kept.length).toBeGreaterThan(0);
  await keeper.close();
});

test("the report says why it is silent, and when it is asked again", async ({ folder }) => {
  const { world, keeper } = await openWorld(folder);
  world.rateLimits = null;
  await keeper.want(null);
  const { sources } = await keeper.report();
  expect(sources[0]).toMatchObject({
    source: "claude-code",
    logins: [{ reason: "no-numbers", next_ask_at: new Date(world.nowMs + 20.5 * MINUTE).toISOString() }],
  });
  expect(sources[1]).toMatchObject({ source: "oauth", logins: [{ reason: "off", next_ask_at: null }] });
  await keeper.close();
});
