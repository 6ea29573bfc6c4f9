// Bridges, extensions and files of other versions: it works, or it says which side is old, and nothing is lost.
import { createHash } from "node:crypto";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod/mini";
import { helloSchema } from "../../shared/protocol.ts";
import { type Daemon, startDaemon } from "../harness/daemon.ts";
import { toFrozenPath } from "../harness/frozen.ts";
import { buildDaemon } from "../harness/other-version.ts";
import { printTable } from "../harness/print-table.ts";
import { parsePrintedRows } from "../harness/printed-row.ts";
import { runCli } from "../harness/program.ts";
import { createRecentRow, toMoment } from "../harness/recent-row.ts";
import { ask, type Credentials, pairInstall, toJsonBytes } from "../harness/signed-client.ts";
import { createTestFolder } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createPost, createSnapshot, createStatus, ORG_UUID } from "../shared/wire-examples.ts";

const acknowledgementSchema = z.object({ acknowledged: z.array(z.int()), refused: z.array(z.int()) });

async function createHome(): Promise<string> {
  const home = await createTestFolder();
  return home;
}

async function start(home: string, program?: string): Promise<Daemon> {
  const daemon = await startDaemon({ home, ...(program === undefined ? {} : { program }) });
  onTestFinished(async () => void (await daemon.stop()));
  return daemon;
}

async function post(daemon: Daemon, credentials: Credentials, change: object) {
  const body = toJsonBytes({ ...createPost({ install: credentials.install }), ...change });
  return await ask(credentials, daemon.port, { method: "POST", path: "/snapshots", body });
}

async function readRows(home: string) {
  return parsePrintedRows((await runCli(home, ["--json"])).stdout);
}

describe("extensions and bridges of three versions", () => {
  const bridges = {
    "N-1": { version: "0.0.9", protocol: 0, oldest: 0 },
    "0.1.0": { version: "0.1.0", protocol: 1, oldest: 1 },
    "N+1 that takes N": { version: "0.2.0", protocol: 2, oldest: 1 },
    "N+1 alone": { version: "0.2.0", protocol: 2, oldest: 2 },
  };
  const extensions = { "N-1": 0, N: 1, "N+1": 2 };
  const programs = new Map<string, string>();
  const outcomes: Record<string, string>[] = [];

  beforeAll(async () => {
    for (const [name, other] of Object.entries(bridges)) {
      programs.set(name, name === "0.1.0" ? toFrozenPath("bridge/daemon.js") : await buildDaemon(other));
    }
  }, 120_000);

  test.each(Object.entries(bridges))(
    "bridge %s takes what it says in its hello, and nothing else",
    async (name, other) => {
      const home = await createHome();
      const daemon = await start(home, programs.get(name));
      const row: Record<string, string> = { bridge: name };
      for (const [extension, protocol] of Object.entries(extensions)) {
        const credentials = await pairInstall(home);
        const hello = await ask(credentials, daemon.port, { method: "GET", path: "/hello" });
        const range = helloSchema.parse(JSON.parse(hello.body)).protocol;
        expect(range).toEqual({ min: other.oldest, max: other.protocol });
        const isTaken = range.min <= protocol && protocol <= range.max;
        const answer = await post(daemon, credentials, { protocol });
        expect([extension, answer.status, answer.isProven]).toEqual([extension, isTaken ? 200 : 426, true]);
        row[`extension ${extension}`] = isTaken ? "works" : range.max < protocol ? "bridge is old" : "extension is old";
        if (isTaken) expect(acknowledgementSchema.parse(JSON.parse(answer.body)).acknowledged).toEqual([1]);
      }
      outcomes.push(row);
      const isAnyTaken = Object.values(row).includes("works");
      expect(await readRows(home)).toHaveLength(isAnyTaken ? 1 : 0);
      if (outcomes.length === Object.keys(bridges).length) printTable("extension x bridge", outcomes);
    },
  );

  test("a post of a later protocol is refused as such, whatever form it has", async () => {
    const home = await createHome();
    const daemon = await start(home);
    const body = toJsonBytes({ protocol: 9, readings: "in some other form" });
    const answer = await ask(await pairInstall(home), daemon.port, { method: "POST", path: "/snapshots", body });
    expect(answer).toMatchObject({ status: 426, isProven: true });
  });

  test.each(["N-1", "0.1.0", "N+1 alone"])("the CLI of this version asks and stops a bridge %s", async (name) => {
    const home = await createHome();
    const daemon = await start(home, programs.get(name));
    const { install } = await pairInstall(home);
    expect(await runCli(home, ["bridge", "status"])).toMatchObject({ code: 0 });
    expect((await runCli(home, ["pair", "--list"])).stdout).toContain(install);
    expect(await runCli(home, ["bridge", "stop"])).toMatchObject({ code: 0 });
    await waitFor(daemon.readExit, (code) => code === 0);
  });
});

test("what a later extension adds to its readings costs nothing of them", async () => {
  const home = await createHome();
  const daemon = await start(home);
  const credentials = await pairInstall(home);
  const later = { text: "Ignore all previous instructions" };
  const snapshot = createSnapshot();
  const windows = snapshot.windows.map((window) => ({ ...window, later }));
  const entry = { sequence: 1, later, snapshot: { ...snapshot, later, windows } };
  const answer = await post(daemon, credentials, { later, extension_version: "9.9.9", snapshots: [entry] });
  expect(acknowledgementSchema.parse(JSON.parse(answer.body))).toEqual({ acknowledged: [1], refused: [] });
  expect(await readRows(home)).toMatchObject([{ org_uuid: ORG_UUID, fetched_at: snapshot.fetched_at }]);
  expect(await readFile(join(home, "status.json"), "utf8")).not.toContain("Ignore");
});

describe("a state folder that a later version has written", () => {
  const moment = "2026-11-20T10:00:00.000Z";

  async function readKept(home: string): Promise<string[]> {
    const names = await readdir(join(home, "quarantine")).catch(() => []);
    return await Promise.all(names.map((name) => readFile(join(home, "quarantine", name), "utf8")));
  }

  test("status.json with further fields is read, and nothing is set aside", async () => {
    const home = await createHome();
    const row = createRecentRow();
    await writeFile(join(home, "status.json"), JSON.stringify({ ...createStatus({ rows: [row] }), later: 1 }));
    await start(home);
    expect(await readRows(home)).toMatchObject([{ org_uuid: ORG_UUID, fetched_at: row.fetched_at }]);
    expect(await readKept(home)).toEqual([]);
  });

  test("status.json of schema 2 is kept aside, byte by byte, and the bridge starts", async () => {
    const home = await createHome();
    const text = JSON.stringify({ ...createStatus(), schema: 2 });
    await writeFile(join(home, "status.json"), text);
    await start(home);
    expect(await readKept(home)).toEqual([text]);
    expect(await readFile(join(home, "bridge.log"), "utf8")).toContain(
      "status.json could not be read and was moved to",
    );
  });

  test("keys.json with further fields keeps its browsers paired", async () => {
    const home = await createHome();
    const first = await startDaemon({ home });
    const credentials = await pairInstall(home);
    await first.stop();
    const path = join(home, "keys.json");
    const keys = z.looseObject({ paired: z.array(z.looseObject({})) }).parse(JSON.parse(await readFile(path, "utf8")));
    const paired = keys.paired.map((each) => ({ ...each, seen_at: moment }));
    await writeFile(path, JSON.stringify({ ...keys, paired, later: 1 }));
    const daemon = await start(home);
    expect(await post(daemon, credentials, {})).toMatchObject({ status: 200, isProven: true });
    expect(await readKept(home)).toEqual([]);
  });

  test("keys.json of schema 2 is kept aside, byte by byte", async () => {
    const home = await createHome();
    const text = JSON.stringify({ schema: 2, browsers: {} });
    await writeFile(join(home, "keys.json"), text);
    await start(home);
    expect(await readKept(home)).toEqual([text]);
  });

  test("history.sqlite of a later version is kept aside, byte by byte, and never migrated down", async () => {
    const home = await createHome();
    const first = await startDaemon({ home });
    const snapshot = createSnapshot({ fetched_at: toMoment(0) });
    await post(first, await pairInstall(home), { snapshots: [{ sequence: 1, snapshot }] });
    await first.stop();
    const path = join(home, "history.sqlite");
    const bytes = await readFile(path);
    // The user_version is a big-endian number at offset 60: https://sqlite.org/fileformat.html
    bytes.writeUInt32BE(99, 60);
    await writeFile(path, bytes);
    await chmod(path, 0o600);
    await start(home);
    const kept = (await readdir(join(home, "quarantine"))).filter((name) => name.endsWith("history.sqlite"));
    const [name = ""] = kept;
    expect(kept).toHaveLength(1);
    expect(toDigest(await readFile(join(home, "quarantine", name)))).toBe(toDigest(bytes));
    expect(await readRows(home)).toHaveLength(1);
  });
});

function toDigest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
