// The source oauth over hours with an injected clock: only when it is on and Claude Code gave nothing, and off after refusals.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { openSourceKeeper } from "../../../../bridge/daemon/sources/source-keeper.ts";
import type { Reading } from "../../../../shared/reading.ts";
import { test } from "../../../harness/test.ts";
import { signIn, toRateLimits } from "../../../harness/usage-client.ts";

const MINUTE = 60_000;
const realFetch = fetch;
const TOKEN = "sk-ant-oat01-invented";

type Reply = { status: number; body: unknown };
type World = { nowMs: number; asks: number; reply: Reply; kept: Reading[]; log: string[] };

/** Where the API would be asked, a server here is; nothing reaches the net. */
async function openWorld(home: string, settings: Record<string, unknown>) {
  vi.stubEnv("HOME", home);
  await signIn(home);
  const reply: Reply = { status: 200, body: toRateLimits(42) };
  const world: World = { nowMs: Date.now(), asks: 0, reply, kept: [], log: [] };
  const server = createServer((_request, response) => {
    world.asks += 1;
    response.writeHead(world.reply.status).end(JSON.stringify(world.reply.body));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  vi.stubGlobal("fetch", (_url: string, init?: RequestInit) => realFetch(`http://127.0.0.1:${port}/`, init));
  await writeFile(
    join(home, "sources.json"),
    JSON.stringify({ schema: 1, claude_code: { on: false }, oauth: { on: true, on_at_ms: world.nowMs }, ...settings }),
  );
  const open = () =>
    openSourceKeeper({
      folder: home,
      version: "0.0.0",
      now: () => world.nowMs,
      random: () => 0,
      log: (words) => void world.log.push(words),
      readStatus: () => ({ schema: 1, generated_at: new Date(world.nowMs).toISOString(), installs: [], rows: [] }),
      ingestReadings: async (readings) => {
        world.kept.push(...readings);
        return readings.length;
      },
      isWatched: () => false,
      onDefect: (error) => {
        throw error;
      },
    });
  const setToken = async (expiresInMs: number) => {
    await mkdir(join(home, ".claude"), { recursive: true });
    const claudeAiOauth = { accessToken: TOKEN, expiresAt: world.nowMs + expiresInMs };
    await writeFile(join(home, ".claude", ".credentials.json"), JSON.stringify({ claudeAiOauth }));
  };
  await setToken(365 * 86_400_000);
  return { world, open, setToken, close: () => server.close() };
}

test("asks each 15 minutes while somebody wants to know, and its readings say whose they are", async ({ folder }) => {
  const { world, open, close } = await openWorld(folder, {});
  const keeper = await open();
  for (let minute = 0; minute < 60; minute += 1, world.nowMs += MINUTE) await keeper.want(null);
  expect(world.asks).toBe(4);
  expect(world.kept[0]).toMatchObject({ source: "oauth", windows: { five_hour: { utilization: 42 } } });
  expect(await readFile(join(folder, "source-asks.json"), "utf8")).not.toContain(TOKEN);
  close();
});

test("a refusal holds also after a restart of the bridge", async ({ folder }) => {
  const { world, open, close } = await openWorld(folder, {});
  world.reply = { status: 401, body: {} };
  await (await open()).want(null);
  world.nowMs += 59 * MINUTE;
  await (await open()).want(null);
  expect(world.asks).toBe(1);
  world.nowMs += 2 * MINUTE;
  await (await open()).want(null);
  expect(world.asks).toBe(2);
  close();
});

test("after six refusals in a row it is off, says so, and is on again only by its user", async ({ folder }) => {
  const { world, open, close } = await openWorld(folder, {});
  world.reply = { status: 429, body: { error: { type: "rate_limit_error" } } };
  const keeper = await open();
  for (let minute = 0; minute < 1_440; minute += 1, world.nowMs += MINUTE) await keeper.want(null);
  expect(world.asks).toBe(6);
  expect(world.log.join()).toContain("it is off until `claude-meter sources --on oauth`");
  expect((await keeper.report()).sources[1]?.logins).toMatchObject([{ reason: "refused-for-good", next_ask_at: null }]);
  const oauth = { on: true, on_at_ms: world.nowMs };
  await writeFile(join(folder, "sources.json"), JSON.stringify({ schema: 1, claude_code: { on: false }, oauth }));
  await keeper.reload();
  await keeper.want(null);
  expect(world.asks).toBe(7);
  close();
});

test("an expired token is never sent", async ({ folder }) => {
  const { world, open, setToken, close } = await openWorld(folder, {});
  await setToken(-1);
  const keeper = await open();
  await keeper.want(null);
  expect(world.asks).toBe(0);
  expect((await keeper.report()).sources[1]?.logins).toMatchObject([{ reason: "no-token" }]);
  close();
});

test("off, nothing is asked", async ({ folder }) => {
  const { world, open, close } = await openWorld(folder, { oauth: { on: false } });
  await (await open()).want(null);
  expect(world.asks).toBe(0);
  close();
});
