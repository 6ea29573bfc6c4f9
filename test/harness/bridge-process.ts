// A real bridge process on a state folder, stopped by the pid it was started with.
import * as z from "zod/mini";
import { isAlive } from "./is-alive.ts";
import { type PrintedRow, parsePrintedRows } from "./printed-row.ts";
import { runCli } from "./program.ts";
import { waitFor } from "./wait-for.ts";

const statusSchema = z.looseObject({ pid: z.int() });
export type BridgeProcess = {
  home: string;
  /** What it is told, and everybody else who asks for it. */
  environment: Readonly<Record<string, string>>;
  start: () => Promise<void>;
  /** Whoever started it: a browser's native host does, too. */
  stop: () => Promise<void>;
  kill: (signal: NodeJS.Signals) => Promise<void>;
  /** Of those that it outlives: SIGSTOP, SIGCONT. */
  signal: (signal: NodeJS.Signals) => void;
  /** What `claude-meter setup` does for the browser of this profile, with a home folder of its own. */
  setUp: (profile: string) => Promise<void>;
  readRows: () => Promise<PrintedRow[]>;
};

export function createBridgeProcess(home: string, environment: Readonly<Record<string, string>> = {}): BridgeProcess {
  let pid: number | undefined;
  const stop = async () => {
    await runCli(home, ["bridge", "stop"], { environment });
    pid = undefined;
  };
  const readPid = () => {
    if (pid === undefined) throw new Error("the bridge was not started here");
    return pid;
  };
  return {
    home,
    environment,
    start: async () => {
      const started = await runCli(home, ["bridge", "start"], { environment });
      if (started.code !== 0) throw new Error(`bridge start: ${started.stdout}${started.stderr}`);
      const status = await runCli(home, ["bridge", "status", "--json"], { environment });
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
      const done = await runCli(home, ["setup", "--yes", "--no-autostart", "--browser-dir", profile], { environment });
      if (done.code !== 0) throw new Error(`setup: ${done.stdout}${done.stderr}`);
    },
    readRows: async () => {
      const printed = await runCli(home, ["--json"], { environment });
      return parsePrintedRows(printed.stdout);
    },
  };
}
