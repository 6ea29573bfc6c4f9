// `claude-meter bridge run|start|stop|status`: the daemon as a process of its own.
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import * as z from "zod/mini";
import { exitCodes } from "../../state/exit-code.ts";
import { toStateFolder } from "../../state/paths.ts";
import { ensurePrivateFolder } from "../../state/private-files.ts";
import { askBridge } from "../ask-bridge.ts";
import { CliError } from "../cli-error.ts";
import { watchRows } from "../live-lines.ts";
import { writeOut } from "../output.ts";

const statusSchema = z.looseObject({
  pid: z.int(),
  version: z.string(),
  port: z.int(),
  ingest: z.enum(["listening", "blocked"]),
});
type BridgeStatus = z.infer<typeof statusSchema>;

const READY_LIMIT_MS = 10_000;
const STEP_MS = 50;

export async function runBridge(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: { json: { type: "boolean" } }, allowPositionals: true });
  const [verb, extra] = positionals;
  if (extra !== undefined) throw new CliError("usage", `unexpected argument ${JSON.stringify(extra)}.`);
  switch (verb) {
    case "run":
      return await runInForeground();
    case "start":
      return await start();
    case "stop":
      return await stop();
    case "status":
      return await printStatus(values.json === true);
    default:
      throw new CliError("usage", "say what the bridge should do: `claude-meter bridge run|start|stop|status`.");
  }
}

async function readBridgeStatus(): Promise<BridgeStatus | undefined> {
  const answer = await askBridge("GET", "/status");
  return answer === undefined ? undefined : statusSchema.parse(answer);
}

function toDaemonArguments(...more: string[]): string[] {
  // Node calls its SQLite experimental at each start, into a log that is read for real troubles.
  return ["--disable-warning=ExperimentalWarning", join(__dirname, "daemon.js"), ...more];
}

async function runInForeground(): Promise<void> {
  if (await readBridgeStatus())
    throw new CliError("unknown", "the bridge is already running: `claude-meter bridge stop` ends it.");
  const child = spawn(process.execPath, toDaemonArguments("--foreground"), { stdio: ["ignore", "inherit", "inherit"] });
  const stopWatching = process.stdout.isTTY ? watchRows() : () => undefined;
  const pass = (signal: NodeJS.Signals) => () => child.kill(signal);
  process.on("SIGINT", pass("SIGINT"));
  process.on("SIGTERM", pass("SIGTERM"));
  process.on("SIGHUP", pass("SIGHUP"));
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? exitCodes.internal));
  });
  stopWatching();
}

async function start(): Promise<void> {
  const running = await readBridgeStatus();
  if (running) return describe(running, "The bridge is already running");
  const folder = toStateFolder();
  await ensurePrivateFolder(folder);
  const log = openSync(join(folder, "bridge.log"), "a", 0o600);
  const child = spawn(process.execPath, toDaemonArguments(), { detached: true, stdio: ["ignore", "ignore", log] });
  closeSync(log);
  child.unref();
  const died = new Promise<undefined>((resolve) =>
    child.on("exit", () => resolve(undefined)).on("error", () => resolve(undefined)),
  );
  const status = await Promise.race([waitFor(readBridgeStatus), died]);
  if (!status) throw new CliError("internal", `the bridge did not start: see ${join(folder, "bridge.log")}.`);
  describe(status, "The bridge is running");
}

async function stop(): Promise<void> {
  if ((await askBridge("POST", "/stop")) === undefined) return writeOut("The bridge was not running.\n");
  const isGone = await waitFor(async () => ((await readBridgeStatus()) ? undefined : true));
  if (!isGone) throw new CliError("internal", "the bridge was asked to stop and is still there.");
  writeOut("The bridge has stopped.\n");
}

async function printStatus(isJson: boolean): Promise<void> {
  const status = await readBridgeStatus();
  if (isJson) writeOut(`${JSON.stringify(status ?? null)}\n`);
  if (!status) throw new CliError("unknown", "the bridge is not running: start it with `claude-meter bridge start`.");
  if (!isJson) describe(status, "The bridge is running");
}

function describe(status: BridgeStatus, words: string): void {
  writeOut(`${words} (pid ${status.pid}, version ${status.version}).\n`);
  writeOut(
    status.ingest === "listening"
      ? `It takes snapshots on 127.0.0.1:${status.port}.\n`
      : `Another program has 127.0.0.1:${status.port}: the extension can not reach the bridge until that program ends.\n`,
  );
}

/** Polls until there is a value or the limit has passed. */
async function waitFor<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadline = Date.now() + READY_LIMIT_MS;
  while (Date.now() < deadline) {
    const value = await read().catch(() => undefined);
    if (value !== undefined) return value;
    await sleep(STEP_MS);
  }
  return undefined;
}
