// The built daemon, started by itself: with the umask, the folder and the port a test wants, ended by the pid it got.
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { findFreePort } from "./free-port.ts";
import { startProgram } from "./program.ts";
import { waitFor } from "./wait-for.ts";

export const DAEMON_PATH = fileURLToPath(new URL("../../dist/bridge/daemon.js", import.meta.url));

export type Daemon = {
  home: string;
  port: number;
  pid: number;
  /** Undefined while it runs. */
  readExit: () => number | undefined;
  /** SIGTERM, also when it has ended already; resolves to the exit code. */
  stop: () => Promise<number>;
};
export type Started = { kind: "running"; daemon: Daemon } | { kind: "refused"; code: number; words: string };
export type DaemonOptions = {
  home: string;
  port?: number;
  umask?: string;
  /** Another build than the one in dist. */
  program?: string;
  environment?: Readonly<Record<string, string>>;
  /** A program that runs ours in its own process: `strace -D …`. */
  under?: readonly string[];
  /** How long it may take until it answers. */
  readyMs?: number;
};

export type SpawnedDaemon = {
  pid: number;
  /** Undefined while it runs. */
  readExit: () => number | undefined;
  /** What it said on stderr, once it has ended. */
  words: Promise<string>;
};

/** On its way; nobody knows yet whether it will answer. */
export function spawnDaemon({
  home,
  port,
  umask = "022",
  program: daemonPath = DAEMON_PATH,
  environment,
  under = [],
}: DaemonOptions & { port: number }): SpawnedDaemon {
  const program = [...under, process.execPath, "--disable-warning=ExperimentalWarning", daemonPath, "--foreground"];
  const { pid, child, ended } = startProgram("/bin/sh", ["-c", `umask ${umask}; exec "$0" "$@"`, ...program], {
    environment: { HOME: home, CLAUDE_METER_HOME: home, CLAUDE_METER_PORT: String(port), ...environment },
  });
  const readExit = () => child.exitCode ?? (child.signalCode === null ? undefined : -1);
  return { pid, readExit, words: ended.then(({ stderr }) => stderr) };
}

/** Resolves when its socket answers, or when it has ended and said why. */
export async function tryDaemon(options: DaemonOptions): Promise<Started> {
  const { home, port = await findFreePort() } = options;
  const { pid, words, readExit } = spawnDaemon({ ...options, port });
  const isReady = async () => readExit() !== undefined || (await isAnswering(home));
  await waitFor(isReady, (ready) => ready, options.readyMs).catch((error: unknown) => {
    // It hangs, so it would not hear a polite signal either.
    process.kill(pid, "SIGKILL");
    throw error;
  });
  const code = readExit();
  if (code !== undefined) return { kind: "refused", code, words: await words };
  const stop = async () => {
    if (readExit() === undefined) process.kill(pid, "SIGTERM");
    return (await waitFor(readExit, (exit) => exit !== undefined)) ?? -1;
  };
  return { kind: "running", daemon: { home, port, pid, readExit, stop } };
}

export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const started = await tryDaemon(options);
  if (started.kind === "refused") throw new Error(`the daemon ended with ${started.code}: ${started.words}`);
  return started.daemon;
}

async function isAnswering(home: string): Promise<boolean> {
  return await askSocket(home, "GET", "/status").then(
    () => true,
    () => false,
  );
}

/** One question to the daemon's socket, as the CLI and the native host ask it. */
export async function askSocket(home: string, method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> {
  const asked = request({
    socketPath: join(home, "bridge.sock"),
    method,
    path,
    headers: { host: "claude-meter.sock", ...(method === "POST" ? { "content-type": "application/json" } : {}) },
  });
  const answered = new Promise<unknown>((resolve, reject) => {
    asked.on("error", reject);
    asked.on("response", (response) => {
      const status = response.statusCode ?? 0;
      text(response).then((answer) => {
        if (status === 200) resolve(JSON.parse(answer));
        else reject(new Error(`${method} ${path} was answered with ${status}`));
      }, reject);
    });
  });
  asked.end(body === undefined ? undefined : JSON.stringify(body));
  return await answered;
}
