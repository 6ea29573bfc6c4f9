// A real bridge process on a state folder of its own, stopped by the pid it was started with.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod/mini";
import { storedRowSchema } from "../../shared/row.ts";
import { runCli } from "./run-cli.ts";
import { waitFor } from "./wait-for.ts";

const pidSchema = z.looseObject({ pid: z.int() });
const rowSchema = z.extend(storedRowSchema, {
  disputed: z.optional(z.literal(true)),
  age_seconds: z.number(),
  stale: z.boolean(),
  state: z.enum(["fresh", "aging", "stale"]),
});
export type PrintedRow = z.infer<typeof rowSchema>;

export type BridgeProcess = {
  home: string;
  start: () => Promise<void>;
  stop: () => Promise<void>;
  kill: (signal: NodeJS.Signals) => Promise<void>;
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
  return {
    home,
    start: async () => {
      const started = await runCli(home, ["bridge", "start"], environment);
      if (started.code !== 0) throw new Error(`bridge start: ${started.stdout}${started.stderr}`);
      const status = await runCli(home, ["bridge", "status", "--json"], environment);
      pid = pidSchema.parse(JSON.parse(status.stdout)).pid;
    },
    stop,
    kill: async (signal) => {
      if (pid === undefined) throw new Error("the bridge was not started here");
      const killed = pid;
      process.kill(killed, signal);
      await waitFor(
        () => isAlive(killed),
        (alive) => !alive,
      );
      pid = undefined;
    },
    readRows: async () => {
      const printed = await runCli(home, ["--json"], environment);
      return z.array(rowSchema).parse(JSON.parse(printed.stdout));
    },
    remove: async () => {
      if (pid !== undefined) await stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // ESRCH: the process has ended.
    return false;
  }
}
