// The life of the bridge process: one at a time, ended cleanly, started again with what it knew.
import { lstat, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "vitest";
import type { BridgeProcess } from "../harness/bridge-process.ts";
import { runCli } from "../harness/program.ts";
import { createRecentRow } from "../harness/recent-row.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createStatus } from "../shared/wire-examples.ts";

let bridge: BridgeProcess;

test.beforeEach(({ bridge: own }) => {
  bridge = own;
});

const run = (...args: string[]) => runCli(bridge.home, ["bridge", ...args], { environment: bridge.environment });

async function readStatus(): Promise<unknown> {
  return JSON.parse((await run("status", "--json")).stdout);
}

test("of ten bridges started at once exactly one runs", async () => {
  const started = await Promise.all(Array.from({ length: 10 }, () => run("start")));
  expect(started.map(({ code }) => code)).toEqual(Array.from({ length: 10 }, () => 0));
  const pids = started.map(({ stdout }) => /pid (\d+)/.exec(stdout)?.[1]);
  expect(new Set(pids).size).toBe(1);
  await bridge.start();
});

test("its folder and files are its owner's alone", async () => {
  await bridge.start();
  const modes: Record<string, string> = {};
  for (const name of [".", "bridge.sock", "bridge.log", "lock.db"]) {
    modes[name] = ((await lstat(join(bridge.home, name))).mode & 0o777).toString(8);
  }
  expect(modes).toEqual({ ".": "700", "bridge.sock": "600", "bridge.log": "600", "lock.db": "600" });
});

test("SIGTERM ends it with its socket gone and its port free", async () => {
  await bridge.start();
  await bridge.kill("SIGTERM");
  expect(await run("status")).toMatchObject({ code: 69 });
  await expect(lstat(join(bridge.home, "bridge.sock"))).rejects.toThrow("ENOENT");
  await bridge.start();
});

test("after kill -9 it starts again at once, over the socket that was left", async () => {
  for (let round = 0; round < 5; round += 1) {
    await bridge.start();
    await bridge.kill("SIGKILL");
  }
  await bridge.start();
  expect(await readStatus()).toMatchObject({ ingest: "listening" });
});

test("it starts with the rows it had", async () => {
  const row = createRecentRow({ ageMs: 3_600_000 });
  await writeFile(join(bridge.home, "status.json"), JSON.stringify(createStatus({ rows: [row] })));
  await bridge.start();
  const rows = await bridge.readRows();
  expect(rows).toMatchObject([{ org_uuid: row.org_uuid, fetched_at: row.fetched_at, stale: true }]);
});

test.each(["not json", "{}", '{"schema":99}', "\u0000\u0000\u0000"])(
  "a status file of %j is set aside and the bridge starts",
  async (text) => {
    await writeFile(join(bridge.home, "status.json"), text);
    await bridge.start();
    const log = await readFile(join(bridge.home, "bridge.log"), "utf8");
    const kept = /moved to (\S+)/.exec(log)?.[1] ?? "";
    expect(await readFile(kept, "utf8")).toBe(text);
  },
);

test("a port that another program has is told, and taken when it is free", async () => {
  const squatter = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) =>
    squatter.listen(Number(bridge.environment["CLAUDE_METER_PORT"]), "127.0.0.1", resolve),
  );
  await bridge.start();
  expect(await readStatus()).toMatchObject({ ingest: "blocked" });
  expect((await run("status")).stdout).toContain("Another program is using");
  await new Promise((resolve) => squatter.close(resolve));
  await waitFor(readStatus, (status) => JSON.stringify(status).includes("listening"));
});
