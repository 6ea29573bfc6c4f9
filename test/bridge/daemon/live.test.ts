// The live channel on a socket of its own: who is let in, what is told to whom, and that nothing stays behind.
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect } from "vitest";
import * as z from "zod/mini";
import { decideSocketRefusal } from "../../../bridge/daemon/decide-refusal.ts";
import { createLive, type Live, type LiveLimits } from "../../../bridge/daemon/live.ts";
import { createBridgeServer } from "../../../bridge/daemon/server.ts";
import type { Status } from "../../../shared/row.ts";
import { listen } from "../../harness/live-client.ts";
import { test } from "../../harness/test.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { createStatus, createStoredRow } from "../../shared/wire-examples.ts";

const LONG = 60_000;
const limits: LiveLimits = { maxListeners: 3, coalesceMs: 1, sendMs: LONG, pingMs: LONG, closeMs: LONG };
const momentSchema = z.looseObject({ generated_at: z.string() });
const defects: unknown[] = [];

let folder: string;
let status: Status;
let live: Live;
let close: () => Promise<void>;

async function open(changes: Partial<LiveLimits> = {}): Promise<void> {
  live = createLive({
    readStatus: () => status,
    onDefect: (error) => defects.push(error),
    limits: { ...limits, ...changes },
  });
  const server = createBridgeServer({
    routes: {},
    upgrades: { "GET /live": live.accept },
    decideRefusal: decideSocketRefusal,
    onRefusal: () => undefined,
    onDefect: (error) => defects.push(error),
  });
  await new Promise<void>((resolve) => server.listen(join(folder, "bridge.sock"), resolve));
  close = async () => {
    await Promise.all([live.close(), new Promise((resolve) => server.close(resolve))]);
  };
}

test.beforeEach(async ({ folder: own }) => {
  folder = own;
  status = createStatus();
  defects.length = 0;
});

afterEach(async () => {
  await close();
  expect(defects).toEqual([]);
});

/** A change of the status that `parse` tells from the others. */
function change(second: number): void {
  status = createStatus({ generated_at: `2026-11-20T10:00:${String(second).padStart(2, "0")}.000Z` });
  live.publish();
}

function toSeconds(heard: readonly string[]): number[] {
  return heard.map((text) => new Date(momentSchema.parse(JSON.parse(text)).generated_at).getUTCSeconds());
}

async function canEnter(): Promise<boolean> {
  const client = listen(folder);
  await waitFor(
    () => client.heard().length > 0 || client.ended() !== undefined,
    (isDecided) => isDecided,
  );
  const isIn = client.ended() === undefined;
  client.socket.close();
  return isIn;
}

/** Does the handshake and then nothing: it reads no more, or it reads and never answers. */
async function connectRaw(isReading: boolean): Promise<{ socket: Socket; isGone: () => boolean }> {
  const socket = connect(join(folder, "bridge.sock"));
  let isGone = false;
  socket.on("error", () => undefined);
  socket.on("close", () => {
    isGone = true;
  });
  const key = "dGhlIHNhbXBsZSBub25jZQ==";
  const head = ["Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Key: ${key}`, "Sec-WebSocket-Version: 13"];
  socket.write(`GET /live HTTP/1.1\r\nHost: claude-meter.sock\r\n${head.join("\r\n")}\r\n\r\n`);
  await new Promise((resolve) => socket.once("data", resolve));
  if (isReading) socket.resume();
  else socket.pause();
  return { socket, isGone: () => isGone };
}

describe("a listener", () => {
  test("hears the status at once, and again after each change", async () => {
    await open();
    const client = listen(folder);
    await client.hasHeard(1);
    change(7);
    await client.hasHeard(2);
    change(9);
    expect(toSeconds(await client.hasHeard(3))).toEqual([1, 7, 9]);
  });

  test("hears changes near to each other as one, the newest", async () => {
    await open({ coalesceMs: 50 });
    const client = listen(folder);
    await client.hasHeard(1);
    for (let second = 2; second < 30; second += 1) change(second);
    await client.hasHeard(2);
    change(59);
    expect(toSeconds(await client.hasHeard(3))).toEqual([1, 29, 59]);
  });

  test("that says more than a word is dropped", async () => {
    await open();
    const client = listen(folder);
    await client.hasHeard(1);
    client.socket.send("x".repeat(2_000));
    expect(await client.hasEnded()).toBe(1009);
  });
});

describe("refused is", () => {
  const refused: { name: string; options: Parameters<typeof listen>[1] }[] = [
    { name: "a page, by its Origin", options: { origin: "https://claude.ai" } },
    { name: "another Host", options: { host: "127.0.0.1" } },
    { name: "another path", options: { path: "/rows" } },
    { name: "a path with a query", options: { path: "/live?x=1" } },
  ];

  test.each(refused)("$name", async ({ options }) => {
    await open();
    const client = listen(folder, options);
    expect(await client.hasEnded()).toBe("refused");
    expect(client.heard()).toEqual([]);
  });

  test("one too many, until another one goes", async () => {
    await open();
    const clients = Array.from({ length: 3 }, () => listen(folder));
    for (const client of clients) await client.hasHeard(1);
    expect(await listen(folder).hasEnded()).toBe("refused");
    clients[0]?.socket.close();
    await clients[0]?.hasEnded();
    await waitFor(canEnter, (entered) => entered);
  });
});

describe("a listener that does not read", () => {
  beforeEach(() => {
    status = createStatus({ rows: [createStoredRow({ org_name: "x".repeat(4_000_000) })] });
  });

  test("is skipped and holds nobody up, and gets the newest when it reads again", async () => {
    await open();
    const slow = listen(folder);
    await slow.hasHeard(1);
    slow.socket.pause();
    const quick = listen(folder);
    await quick.hasHeard(1);
    for (let second = 2; second < 12; second += 1) {
      status = { ...status, generated_at: `2026-11-20T10:00:${String(second).padStart(2, "0")}.000Z` };
      live.publish();
      await quick.hasHeard(second);
    }
    slow.socket.resume();
    const heard = await waitFor(
      () => toSeconds(slow.heard()),
      (seconds) => seconds.at(-1) === 11,
    );
    expect(heard.length).toBeLessThan(quick.heard().length);
  });

  test("is dropped when it takes too long", async () => {
    await open({ sendMs: 3_000, maxListeners: 1 });
    await connectRaw(false);
    expect(await canEnter()).toBe(false);
    status = createStatus();
    await waitFor(canEnter, (entered) => entered);
  });
});

test("one that answers no ping is dropped, and one that does stays", async () => {
  await open({ pingMs: 50 });
  const client = listen(folder);
  let pings = 0;
  client.socket.on("ping", () => {
    pings += 1;
  });
  const { isGone } = await connectRaw(true);
  await waitFor(isGone, (gone) => gone);
  await waitFor(
    () => pings,
    (count) => count > 3,
  );
  expect(client.ended()).toBeUndefined();
});

test("no timer runs while nobody listens", async () => {
  const countTimers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  await open();
  const before = countTimers();
  live.publish();
  expect(countTimers()).toBe(before);
  const client = listen(folder);
  await client.hasHeard(1);
  live.publish();
  expect(countTimers()).toBeGreaterThan(before);
  client.socket.close();
  await client.hasEnded();
  // Fewer when one of somebody else's has run out meanwhile.
  await waitFor(countTimers, (count) => count <= before);
});

describe("the end of the bridge", () => {
  test("is told to each", async () => {
    await open();
    const client = listen(folder);
    await client.hasHeard(1);
    await live.close();
    expect(await client.hasEnded()).toBe(1001);
  });

  test("waits for nobody who does not answer", async () => {
    await open({ closeMs: 50 });
    const { isGone } = await connectRaw(true);
    await live.close();
    await waitFor(isGone, (gone) => gone);
  });

  test("lets nobody in any more", async () => {
    await open();
    await live.close();
    expect(await listen(folder).hasEnded()).toBe("refused");
  });
});
