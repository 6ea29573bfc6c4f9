// This version's programs on what 0.1.0 left behind and still sends: nothing is set aside, refused or forgotten.
// What each file and message says, field by field, is compared in test/reads-0.1.0.test.ts.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod/mini";
import { readMessage, toFrame } from "../../bridge/native-host/messages.ts";
import { openDatabase } from "../../bridge/state/sqlite.ts";
import { historySchema } from "../../shared/history.ts";
import { nativeReplySchema, nativeRequestSchema } from "../../shared/native-message.ts";
import { acknowledgementSchema, postSchema } from "../../shared/protocol.ts";
import { type Status, statusSchema } from "../../shared/row.ts";
import { fromHex, importKey } from "../../shared/signing.ts";
import { witnessPostSchema } from "../../shared/witness.ts";
import { askSocket, type Daemon, startDaemon } from "../harness/daemon.ts";
import { copyFrozenState, FROZEN_AT, readFrozen, readFrozenJson, toFrozenPath } from "../harness/frozen.ts";
import { parsePrintedRows } from "../harness/printed-row.ts";
import { runCli } from "../harness/program.ts";
import { ask, type Credentials } from "../harness/signed-client.ts";

const CLOCK = fileURLToPath(new URL("../harness/clock.mjs", import.meta.url));
const HOST_PATH = fileURLToPath(new URL("../../dist/bridge/native-host.js", import.meta.url));
const DAY = 86_400_000;

const keysSchema = z.object({
  paired: z.array(z.object({ install: z.string(), key: z.string() })),
  revoked: z.array(z.string()),
});

/** For programs that are to run when the bytes were recorded: then no window has been reset since, and no run is old. */
async function createClock(): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), "claude-meter-clock-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "clock");
  await writeFile(file, String(Date.parse(FROZEN_AT) - Date.now()));
  return { NODE_OPTIONS: `--import=${CLOCK}`, CLOCK_FILE: file };
}

/** A bridge of this version on a copy of what 0.1.0 left. */
async function start(home: string, environment: Record<string, string> = {}): Promise<Daemon> {
  const daemon = await startDaemon({ home, environment });
  onTestFinished(async () => void (await daemon.stop()));
  return daemon;
}

async function expectNothingSetAside(home: string): Promise<void> {
  expect(await readdir(join(home, "quarantine")).catch(() => [])).toEqual([]);
  expect(await readFile(join(home, "bridge.log"), "utf8")).not.toMatch(/not readable|could not be opened|defect/);
}

async function readKeys() {
  return keysSchema.parse(await readFrozenJson("state/keys.json"));
}

async function toCredentials(install: string): Promise<Credentials> {
  const paired = (await readKeys()).paired.find((each) => each.install === install);
  return { install, key: await importKey(fromHex(paired?.key ?? "")) };
}

async function readFrozenStatus(): Promise<Status> {
  const { checksum, ...status } = statusSchema.parse(await readFrozenJson("state/status.json"));
  return status;
}

describe("a bridge on the state folder of 0.1.0", () => {
  test("has every row and every browser profile of its status.json, as they were", async () => {
    const home = await copyFrozenState();
    await start(home, await createClock());
    const { rows, installs } = statusSchema.parse(await askSocket(home, "GET", "/rows"));
    const frozen = await readFrozenStatus();
    expect(rows).toMatchObject(frozen.rows);
    expect(installs).toMatchObject(frozen.installs);
    await expectNothingSetAside(home);
  });

  test("knows every key of its keys.json, and who was revoked", async () => {
    const home = await copyFrozenState();
    const daemon = await start(home);
    const { paired, revoked } = await readKeys();
    expect([paired.length, revoked.length]).toEqual([4, 1]);
    for (const { install } of paired) {
      const answer = await ask(await toCredentials(install), daemon.port, { method: "GET", path: "/hello" });
      expect(answer).toMatchObject({ status: 200, isProven: true });
    }
    const asked = { install: revoked[0], browser: "Chrome", poll: null };
    expect(await askSocket(home, "POST", "/keys", asked)).toEqual({ revoked: true });
    await expectNothingSetAside(home);
  });

  test("tells every point of its history.sqlite", async () => {
    const home = await copyFrozenState();
    const stored = await countPoints(join(home, "history.sqlite"));
    expect(stored).toBeGreaterThan(1_000);
    await start(home, await createClock());
    const nowMs = Date.parse(FROZEN_AT);
    const target = `/history?since=${nowMs - 30 * DAY}&until=${nowMs}`;
    const { series } = historySchema.parse(await askSocket(home, "GET", target));
    expect(series.reduce((sum, { points }) => sum + points.length, 0)).toBe(stored);
    await expectNothingSetAside(home);
  });

  test("keeps what was read by 0.1.0 when the next reading comes", async () => {
    const home = await copyFrozenState();
    const daemon = await start(home, await createClock());
    const post = await readFrozen("wire/poll-without-snapshots.json");
    // Later than its start, which was at that moment: what was signed before could be a replay.
    const atMs = Date.parse(FROZEN_AT) + 60_000;
    expect(await deliver(daemon, post, atMs)).toMatchObject({ status: 200, isProven: true });
    const written = statusSchema.parse(JSON.parse(await readFile(join(home, "status.json"), "utf8")));
    expect(written.rows).toMatchObject((await readFrozenStatus()).rows);
  });
});

async function countPoints(path: string): Promise<number> {
  const database = await openDatabase(path);
  try {
    return database.prepare("SELECT at FROM points").all().length;
  } finally {
    database.close();
  }
}

/** Byte by byte as the worker of 0.1.0 sent it, signed with the key of its profile. */
async function deliver(daemon: Daemon, text: string, atMs = Date.now()) {
  const { install } = postSchema.parse(JSON.parse(text));
  const body = new TextEncoder().encode(text);
  return await ask(await toCredentials(install), daemon.port, { method: "POST", path: "/snapshots", body }, atMs);
}

describe("what an extension of 0.1.0 posts", () => {
  test.each(["post.json", "post-unknown-account.json", "post-after-an-outage.json", "poll-without-snapshots.json"])(
    "wire/%s is acknowledged whole",
    async (name) => {
      const home = await copyFrozenState();
      await rm(join(home, "status.json"));
      const daemon = await start(home);
      const text = await readFrozen(`wire/${name}`);
      const { snapshots } = postSchema.parse(JSON.parse(text));
      const answer = await deliver(daemon, text);
      expect(answer).toMatchObject({ status: 200, isProven: true });
      expect(acknowledgementSchema.parse(JSON.parse(answer.body))).toMatchObject({
        acknowledged: snapshots.map(({ sequence }) => sequence),
        refused: [],
      });
    },
  );

  test("and what its statusline hands over is kept", async () => {
    const home = await copyFrozenState();
    await rm(join(home, "status.json"));
    const daemon = await start(home);
    await deliver(daemon, await readFrozen("wire/post-after-an-outage.json"));
    const { account_uuid, org_uuid, ...witness } = witnessPostSchema.parse(await readFrozenJson("wire/witness.json"));
    expect(await askSocket(home, "POST", "/witness", { ...witness, account_uuid, org_uuid })).toEqual({ kept: true });
    const { rows } = statusSchema.parse(await askSocket(home, "GET", "/rows"));
    expect(rows.find((row) => row.account_uuid === account_uuid)?.witness).toMatchObject(witness);
  });
});

describe("what an extension of 0.1.0 asks the native host", () => {
  test("each request gets the key of its profile, or hears that it was revoked", async () => {
    const home = await copyFrozenState();
    await start(home);
    const messages = z.array(z.object({ request: nativeRequestSchema }));
    const { paired, revoked } = await readKeys();
    for (const { request } of messages.parse(await readFrozenJson("wire/native-messages.json"))) {
      const key = paired.find(({ install }) => install === request.install)?.key;
      const reply = await askHost(home, request);
      if (revoked.includes(request.install)) expect(reply).toEqual({ kind: "revoked" });
      else expect(reply).toEqual({ kind: "ready", key, ingest: "listening" });
    }
  });

  test("a bridge that was stopped under 0.1.0 stays stopped", async () => {
    const home = await copyFrozenState();
    const [first] = z
      .array(z.object({ request: z.unknown() }))
      .parse(await readFrozenJson("wire/native-messages.json"));
    expect(await askHost(home, first?.request)).toEqual({ kind: "stopped" });
    expect(existsSync(join(home, "bridge.sock"))).toBe(false);
  });
});

async function askHost(home: string, request: unknown) {
  const { NODE_OPTIONS, ...inherited } = process.env;
  const child = spawn(process.execPath, [HOST_PATH], {
    env: { ...inherited, CLAUDE_METER_HOME: home },
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.write(toFrame(request));
  return nativeReplySchema.parse(await readMessage(child.stdout));
}

describe("the command line on the state folder of 0.1.0", () => {
  test("prints every row", async () => {
    const home = await copyFrozenState();
    const printed = await runCli(home, ["--json"], { environment: await createClock() });
    expect(printed).toMatchObject({ code: 0, stderr: "" });
    const toName = (row: { org_uuid: string; account_uuid: string | null }) => `${row.org_uuid} ${row.account_uuid}`;
    expect(parsePrintedRows(printed.stdout).map(toName)).toEqual((await readFrozenStatus()).rows.map(toName));
  });

  test("lists every run", async () => {
    const home = await copyFrozenState();
    const names = await readdir(toFrozenPath("state/runs"));
    const printed = await runCli(home, ["runs", "--json"], { environment: await createClock() });
    expect(printed).toMatchObject({ code: 0, stderr: "" });
    const runs = z.array(z.looseObject({ id: z.string() })).parse(JSON.parse(printed.stdout));
    expect(runs.map(({ id }) => `${id}.json`).toSorted()).toEqual(names.toSorted());
  });

  test("keeps the token that a Prometheus has", async () => {
    const home = await copyFrozenState();
    const { stdout } = await runCli(home, ["metrics", "--token-file"]);
    expect(await readFile(stdout.trim(), "utf8")).toBe(await readFrozen("state/metrics-token"));
  });

  test("uninstalls every native host that was set up", async () => {
    const home = await copyFrozenState();
    const list = (await readFrozen("state/native-hosts.json")).replaceAll("/tmp/claude-meter/", `${home}/`);
    await writeFile(join(home, "native-hosts.json"), list);
    const hosts = z.array(z.string()).parse(JSON.parse(list));
    for (const path of hosts) {
      await mkdir(join(path, ".."), { recursive: true });
      await writeFile(path, JSON.stringify({ path: join(home, "native-host.sh") }));
    }
    const own = { HOME: home, XDG_CONFIG_HOME: join(home, ".config") };
    expect(await runCli(home, ["uninstall", "--yes"], { environment: own })).toMatchObject({ code: 0 });
    expect(hosts.filter((path) => existsSync(path))).toEqual([]);
  });
});
