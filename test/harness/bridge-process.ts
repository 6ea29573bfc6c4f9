// A real bridge process on a state folder of its own, stopped by the pid it was started with.
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod/mini";
import { type PrintedRow, parsePrintedRows } from "./printed-row.ts";
import { runCli } from "./run-cli.ts";
import { waitFor } from "./wait-for.ts";

const statusSchema = z.looseObject({ pid: z.int() });
export type BridgeProcess = {
  home: string;
  start: () => Promise<void>;
  stop: () => Promise<void>;
  kill: (signal: NodeJS.Signals) => Promise<void>;
  /** Of those that it outlives: SIGSTOP, SIGCONT. */
  signal: (signal: NodeJS.Signals) => void;
  /** What `claude-meter setup` does for the browser of this profile, with a home folder of its own. */
  setUp: (profile: string) => Promise<void>;
  readRows: () => Promise<PrintedRow[]>;
  remove: () => Promise<void>;
};

export async function createBridgeProcess(environment: Record<string, string> = {}): Promise<BridgeProcess> {
  const home = await mkdtemp(join(tmpdir(), "claude-meter-"));
  let pid: number | undefined;
  const stop = async () => {
    await runCli(home, ["bridge", "stop"], environment);
    pid = undefined;
  };
  const readPid = () => {
    if (pid === undefined) throw new Error("the bridge was not started here");
    return pid;
  };
  return {
    home,
    start: async () => {
      const started = await runCli(home, ["bridge", "start"], environment);
      if (started.code !== 0) throw new Error(`bridge start: ${started.stdout}${started.stderr}`);
      const status = await runCli(home, ["bridge", "status", "--json"], environment);
      pid = statusSchema.parse(JSON.parse(status.stdout)).pid;
    },
    stop,
    kill: async (signal) => {
      const killed = readPid();
      process.kill(killed, signal);
      await waitFor(
        () => isAlive(killed),
        (alive) => !alive,
      );
      pid = undefined;
    },
    signal: (signal) => void process.kill(readPid(), signal),
    setUp: async (profile) => {
      const ownHome = { ...environment, HOME: home, XDG_CONFIG_HOME: join(home, ".config") };
      const done = await runCli(home, ["setup", "--yes", "--no-autostart", "--browser-dir", profile], ownHome);
      if (done.code !== 0) throw new Error(`setup: ${done.stdout}${done.stderr}`);
    },
    readRows: async () => {
      const printed = await runCli(home, ["--json"], environment);
      return parsePrintedRows(printed.stdout);
    },
    remove: async () => {
      // Whoever started it: a browser's native host does, too.
      await stop();
      // Its doors are closed, and its history may still be closing.
      await rm(home, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

/** A process that has ended and that nobody has waited for yet counts as gone: it holds nothing any more. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    // No such process.
    return false;
  }
}
