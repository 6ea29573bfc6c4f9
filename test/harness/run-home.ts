// A state folder of its own for tests of `run`, with a row far under every limit, and the stand-in commands by name.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type RunStatus, runStatusSchema } from "../../bridge/cli/run/run-status.ts";
import { type RunningCli, startCli } from "./start-cli.ts";
import { waitFor } from "./wait-for.ts";
import { toCalm, writeStatus } from "./write-status.ts";

const STAND_INS = new URL("../stand-in-agent/", import.meta.url);

/** The command line of a stand-in, for after `--`. */
export function standIn(name: "noise" | "family" | "script" | "agent", ...args: readonly string[]): string[] {
  return [process.execPath, fileURLToPath(new URL(`${name}.mjs`, STAND_INS)), ...args];
}

export type Step =
  | { out: string }
  | { err: string }
  | { waitFor: string }
  | { on: string; code: number }
  | { stay: true }
  | { code: number }
  | { signal: string };

export function script(...steps: readonly Step[]): string[] {
  return standIn("script", JSON.stringify(steps));
}

export type RunHome = {
  folder: string;
  run: (args: readonly string[], options?: RunOptions) => RunningCli;
  /** The status file of the only run there is. */
  readRun: () => Promise<RunStatus>;
  waitForState: (state: RunStatus["state"]) => Promise<RunStatus>;
  remove: () => Promise<void>;
};

type RunOptions = { environment?: Record<string, string>; stdin?: "pipe" | "ignore" };

export async function createRunHome(): Promise<RunHome> {
  const folder = await mkdtemp(join(tmpdir(), "claude-meter-run-"));
  await writeStatus(folder, toCalm());
  const readRun = async () => {
    const runs = join(folder, "runs");
    const [name = ""] = (await readdir(runs)).filter((each) => each.endsWith(".json"));
    return runStatusSchema.parse(JSON.parse(await readFile(join(runs, name), "utf8")));
  };
  return {
    folder,
    run: (args, options = {}) => startCli(["run", ...args], { home: folder, ...options }),
    readRun,
    waitForState: async (state) => {
      const found = await waitFor(
        () => readRun().catch(() => undefined),
        (run) => run?.state === state,
      );
      return runStatusSchema.parse(found);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
