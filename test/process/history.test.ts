// History in the real bridge process: what was acknowledged is there after every kill, and both doors tell it.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import { type History, historySchema } from "../../shared/history.ts";
import { toHistoryTarget } from "../../shared/history-question.ts";
import { acknowledgementSchema, type Post } from "../../shared/protocol.ts";
import { askSocket, type Daemon, startDaemon } from "../harness/daemon.ts";
import { findFreePort } from "../harness/free-port.ts";
import { ask, type Credentials, pairInstall, toJsonBytes } from "../harness/signed-client.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createPost, createSnapshot, createUsageWindow } from "../shared/wire-examples.ts";

const MINUTE = 60_000;

let home: string;
let port: number;
let daemon: Daemon;
let browser: Credentials;

test.beforeEach(async ({ folder }) => {
  home = folder;
  port = await findFreePort();
  daemon = await startDaemon({ home, port });
  browser = await pairInstall(home);
});

afterEach(async () => {
  await daemon.stop();
});

/** A reading a minute, each another value, so that each is a point. */
function toPost(sequence: number, startMs: number): Post {
  const windows = [createUsageWindow({ utilization: toValue(sequence), resets_at: null })];
  const fetched_at = new Date(startMs + sequence * MINUTE).toISOString();
  const snapshot = createSnapshot({ windows, money: null, fetched_at });
  return createPost({ install: browser.install, snapshots: [{ sequence, snapshot }] });
}

function toValue(sequence: number): number {
  return (sequence * 7) % 101;
}

/** Whether the bridge said that it is durable; a bridge that is gone says nothing. */
async function send(post: Post): Promise<boolean> {
  try {
    const answer = await ask(browser, port, { method: "POST", path: "/snapshots", body: toJsonBytes(post) });
    if (answer.status !== 200 || !answer.isProven) return false;
    return acknowledgementSchema.parse(JSON.parse(answer.body)).acknowledged.length === 1;
  } catch {
    return false;
  }
}

async function readHistory(): Promise<History> {
  const target = toHistoryTarget({ sinceMs: 0, untilMs: Date.now() + MINUTE });
  return historySchema.parse(await askSocket(home, "GET", target));
}

test("kill -9 during 1,000 commits loses nothing that was acknowledged, and every start is a good one", async () => {
  const commits = 1_000;
  const startMs = Date.now() - (commits + 1) * MINUTE;
  const acknowledged: number[] = [];
  let kills = 0;
  for (let sequence = 1; sequence <= commits; sequence += 1) {
    const post = toPost(sequence, startMs);
    const sent = send(post);
    if (sequence % 50 === 0) {
      // While the post is under way: before, during or after its commit.
      process.kill(daemon.pid, "SIGKILL");
      kills += 1;
      await waitFor(daemon.readExit, (exit) => exit !== undefined);
      if (await sent) acknowledged.push(sequence);
      daemon = await startDaemon({ home, port });
      // As the extension does: what was not acknowledged is sent again.
      if (await send(post)) acknowledged.push(sequence);
    } else if (await sent) acknowledged.push(sequence);
  }
  const { series } = await readHistory();
  const points = series[0]?.points ?? [];
  expect(kills).toBe(20);
  expect([...new Set(acknowledged)]).toHaveLength(commits);
  expect(points.map(([at, value]) => [at, value])).toEqual(
    Array.from({ length: commits }, (_, index) => [startMs + (index + 1) * MINUTE, toValue(index + 1)]),
  );
}, 120_000);

test("a reading dated ahead that comes a second time is acknowledged and told once", async () => {
  const ahead = toPost(1, Date.now() + 86_400_000);
  expect(await send(ahead)).toBe(true);
  expect(await send(toPost(2, Date.now() - 2 * MINUTE))).toBe(true);
  expect(await send(ahead)).toBe(true);
  const { series } = await readHistory();
  expect(series.map(({ points }) => points.map(([, used]) => used))).toEqual([[toValue(1), toValue(2)]]);
});

test("a paired browser reads the same history over the port, signed, and nobody else does", async () => {
  const startMs = Date.now() - 10 * MINUTE;
  for (let sequence = 1; sequence <= 3; sequence += 1) expect(await send(toPost(sequence, startMs))).toBe(true);
  const target = toHistoryTarget({ sinceMs: startMs, untilMs: startMs + 60 * MINUTE });
  const answer = await ask(browser, port, { method: "GET", path: target });
  expect(answer).toMatchObject({ status: 200, isProven: true });
  expect(historySchema.parse(JSON.parse(answer.body)).series[0]?.points).toHaveLength(3);
  const stranger = { ...browser, install: "00000000-0000-4000-8000-0000000000ff" };
  expect(await ask(stranger, port, { method: "GET", path: target })).toMatchObject({ status: 401 });
});

test("after SIGTERM everything stands in one file", async () => {
  expect(await send(toPost(1, Date.now() - 10 * MINUTE))).toBe(true);
  expect(await daemon.stop()).toBe(0);
  // As when the folder is copied without the log beside it.
  await rm(join(home, "history.sqlite-wal"), { force: true });
  await rm(join(home, "history.sqlite-shm"), { force: true });
  daemon = await startDaemon({ home, port });
  expect((await readHistory()).series[0]?.points).toHaveLength(1);
});
