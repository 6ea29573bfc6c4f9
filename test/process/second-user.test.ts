// Another user of the same computer: the port wants a key, and the socket and every file are out of reach.
import { execFile } from "node:child_process";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod/mini";
import { ensureMetricsToken } from "../../bridge/state/metrics-token.ts";
import { type Daemon, type Started, startDaemon, tryDaemon } from "../harness/daemon.ts";
import { ask, pairInstall, toJsonBytes } from "../harness/signed-client.ts";
import { createTestFolder } from "../harness/test.ts";
import { createPost } from "../shared/wire-examples.ts";

/** nobody, on every Unix. */
const OTHER_UID = 65_534;

const run = promisify(execFile);
const isRoot = process.platform === "linux" && process.getuid?.() === 0;
const resultsSchema = z.record(z.string(), z.string());

/** Runs in the other user's process: tries every way in and prints what each one gave. */
const PROBE = `
const { open, readdir } = require("node:fs/promises");
const { dirname } = require("node:path");
const { request } = require("node:http");
const { connect } = require("node:net");
const [port, socket, ...paths] = process.argv.slice(1);
const results = {};
const overHttp = (name, options) => new Promise((resolve) => {
  const asked = request(options, (response) => { results[name] = String(response.statusCode); response.resume().on("end", resolve); });
  asked.on("error", (error) => { results[name] = error.code; resolve(); });
  asked.end(options.body);
});
(async () => {
  results.uid = String(process.getuid());
  const json = { "content-type": "application/json", origin: "chrome-extension://mcfgdnjkhomoglnbllnaaeidincphmjb" };
  await overHttp("GET /hello", { host: "127.0.0.1", port, path: "/hello" });
  await overHttp("GET /rows", { host: "127.0.0.1", port, path: "/rows" });
  await overHttp("GET /metrics", { host: "127.0.0.1", port, path: "/metrics" });
  await overHttp("POST /snapshots", { host: "127.0.0.1", port, path: "/snapshots", method: "POST", headers: json, body: "{}" });
  await overHttp("POST /keys", { host: "127.0.0.1", port, path: "/keys", method: "POST", headers: json, body: "{}" });
  await new Promise((resolve) => {
    const client = connect(socket, () => { results.socket = "open"; client.destroy(); resolve(); });
    client.on("error", (error) => { results.socket = error.code; resolve(); });
  });
  results.folder = await readdir(dirname(socket)).then(() => "listed", (error) => error.code);
  for (const path of paths) for (const flags of ["r", "r+", "a"]) {
    results[flags + " " + path] = await open(path, flags).then((file) => file.close().then(() => "open"), (error) => error.code);
  }
  process.stdout.write(JSON.stringify(results));
})();
`;

async function probe(daemon: Daemon, paths: readonly string[]): Promise<Record<string, string>> {
  const asOther = [`--reuid=${OTHER_UID}`, `--regid=${OTHER_UID}`, "--clear-groups", "--no-new-privs"];
  const program = [process.execPath, "-e", PROBE, String(daemon.port), join(daemon.home, "bridge.sock"), ...paths];
  const { stdout } = await run("setpriv", [...asOther, ...program], { cwd: "/" });
  return resultsSchema.parse(JSON.parse(stdout));
}

/** A folder that the other user may enter, so that only what is ours stands in the way. */
async function createOpenFolder(): Promise<string> {
  const folder = await createTestFolder();
  await chmod(folder, 0o755);
  return folder;
}

/** A bridge that has read something, has a lock, keys and a log, and has set a broken file aside. */
async function createUsedBridge(folder: string): Promise<Daemon> {
  const home = join(folder, "state");
  await mkdir(home);
  // As an old backup tool might have left them.
  await writeFile(join(home, "status.json"), "{", { mode: 0o644 });
  await writeFile(join(home, "history.sqlite.bak"), "", { mode: 0o644 });
  const daemon = await startDaemon({ home, umask: "000" });
  onTestFinished(async () => void (await daemon.stop()));
  await ensureMetricsToken(home);
  const credentials = await pairInstall(home);
  const body = toJsonBytes(createPost({ install: credentials.install }));
  await ask(credentials, daemon.port, { method: "POST", path: "/snapshots", body });
  return daemon;
}

/** Why it did not start. */
function toWords(started: Started): string {
  return started.kind === "refused" ? started.words : "it runs";
}

if (isRoot) {
  test("as root: another user gets 401 at the port and EACCES at the socket and at every file", async () => {
    const daemon = await createUsedBridge(await createOpenFolder());
    const names = (await readdir(daemon.home, { recursive: true })).toSorted();
    expect(names).toEqual(
      expect.arrayContaining(["keys.json", "metrics-token", "lock.db", "bridge.log", "history.sqlite.bak"]),
    );
    expect(names.filter((name) => name.startsWith("quarantine/"))).toHaveLength(1);
    const paths = names.map((name) => join(daemon.home, name));
    const { uid, socket, folder, ...others } = await probe(daemon, paths);
    expect({ uid, socket, folder }).toEqual({ uid: String(OTHER_UID), socket: "EACCES", folder: "EACCES" });
    const atPort = Object.entries(others).filter(([name]) => /^(GET|POST) /.test(name));
    const atFiles = Object.entries(others).filter(([name]) => !/^(GET|POST) /.test(name));
    expect(atPort.map(([, answer]) => answer)).toEqual(["401", "401", "401", "401", "401"]);
    expect(atFiles.filter(([, answer]) => answer !== "EACCES")).toEqual([]);
    console.log(`another user: ${atPort.length} requests, 1 socket, ${atFiles.length} opens, all refused`);
  });

  test("as root: a state folder of another user is refused with a sentence", async () => {
    const folder = await createOpenFolder();
    const home = join(folder, "state");
    await mkdir(home, { mode: 0o777 });
    await run("chown", [String(OTHER_UID), home]);
    const started = await tryDaemon({ home });
    expect(toWords(started)).toContain("belongs to another user");
    expect(await readdir(home)).toEqual([]);
  });

  test.each(["status.json", "keys.json"])("as root: a %s of another user is set aside, not believed", async (name) => {
    const home = join(await createOpenFolder(), "state");
    await mkdir(home, { mode: 0o777 });
    await writeFile(join(home, name), "{}", { mode: 0o666 });
    await run("chown", [String(OTHER_UID), join(home, name)]);
    const daemon = await startDaemon({ home });
    onTestFinished(async () => void (await daemon.stop()));
    expect(await readdir(home)).not.toContain(name);
    expect(await readdir(join(home, "quarantine"))).toHaveLength(1);
  });

  test.each(["lock.db", "bridge.log"])("as root: with a %s of another user it does not start", async (name) => {
    const home = join(await createOpenFolder(), "state");
    await mkdir(home, { mode: 0o777 });
    await writeFile(join(home, name), "", { mode: 0o666 });
    await run("chown", [String(OTHER_UID), join(home, name)]);
    const started = await tryDaemon({ home });
    expect(toWords(started)).toContain(`${name} belongs to another user`);
  });
} else {
  test("a second user can only be tried by root on Linux, and this run is not that", () => {
    console.log("second-user.test.ts: not root on Linux, so nothing was tried; run the tests as root to try it");
    expect(isRoot).toBe(false);
  });
}
