// The daemon seen from outside: whether it runs, and how it is started. Used by the CLI and the native messaging host.
import { spawn } from "node:child_process";
import { closeSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod/mini";
import { askBridge } from "./ask-bridge.ts";
import { toLogPath, toStateFolder } from "./paths.ts";
import { ensurePrivateFolder, openToAppend } from "./private-files.ts";

export const bridgeStatusSchema = z.looseObject({
  pid: z.int(),
  version: z.string(),
  port: z.int(),
  /** blocked: another program has the port. */
  ingest: z.enum(["listening", "blocked"]),
  /** How far ahead of this computer's clock claude.ai dated the last reading; a bridge of 0.1.0 may not say it. */
  ahead_seconds: z.optional(z.number()),
});
export type BridgeStatus = z.infer<typeof bridgeStatusSchema>;

const READY_LIMIT_MS = 10_000;
const STEP_MS = 25;

/** Undefined when no bridge is running. */
export async function readBridgeStatus(): Promise<BridgeStatus | undefined> {
  const answer = await askBridge("GET", "/status");
  return answer === undefined ? undefined : bridgeStatusSchema.parse(answer);
}

export function toDaemonArguments(...more: string[]): string[] {
  // Node calls its SQLite experimental at each start, into a log that is read for real troubles.
  return ["--disable-warning=ExperimentalWarning", join(__dirname, "daemon.js"), ...more];
}

/** Starts a bridge that outlives this process; resolves to its status, or to undefined when it did not start. */
export async function startBridge(): Promise<BridgeStatus | undefined> {
  const folder = toStateFolder();
  await ensurePrivateFolder(folder);
  writeStoppedMark(false);
  const log = openToAppend(toLogPath(folder));
  const child = spawn(process.execPath, toDaemonArguments(), { detached: true, stdio: ["ignore", "ignore", log] });
  closeSync(log);
  child.unref();
  let hasDied = false;
  child.on("error", () => {
    hasDied = true;
  });
  // 0: another bridge was first, and answers in a moment.
  child.on("exit", (code) => {
    hasDied = code !== 0;
  });
  const status = await waitFor(async () => (await readBridgeStatus()) ?? (hasDied ? "died" : undefined));
  return status === "died" ? undefined : status;
}

/** Resolves when it answers no more: what was acknowledged is on disk. */
export async function stopBridge(): Promise<"stopped" | "absent" | "stays"> {
  if ((await askBridge("POST", "/stop")) === undefined) return "absent";
  const isGone = await waitFor(async () => ((await readBridgeStatus()) ? undefined : true));
  return isGone ? "stopped" : "stays";
}

/** Polls until there is a value or the limit has passed. */
export async function waitFor<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadline = Date.now() + READY_LIMIT_MS;
  while (Date.now() < deadline) {
    const value = await read().catch(() => undefined);
    if (value !== undefined) return value;
    await sleep(STEP_MS);
  }
  return undefined;
}

/** The user has stopped the bridge and does not want a browser to start it again. */
export function isStoppedByUser(): boolean {
  return existsSync(toStoppedPath());
}

export function writeStoppedMark(isStopped: boolean): void {
  if (isStopped) closeSync(openToAppend(toStoppedPath()));
  else rmSync(toStoppedPath(), { force: true });
}

function toStoppedPath(): string {
  return join(toStateFolder(), "stopped");
}
