// Starts the built CLI and gives it in hand while it runs: its bytes so far, signals to it, and how it ended.
import { type ChildProcess, spawn } from "node:child_process";
import { CLI_PATH } from "./run-cli.ts";
import { waitFor } from "./wait-for.ts";

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type RunningCli = {
  child: ChildProcess;
  stdout: () => Buffer;
  stderr: () => string;
  /** After its outputs were closed as well. */
  ended: Promise<Exit>;
  /** Waits until this was printed on stdout. */
  hasPrinted: (text: string) => Promise<void>;
};

export type CliOptions = { home: string; environment?: Record<string, string>; stdin?: "pipe" | "ignore" };

export function startCli(
  args: readonly string[],
  { home, environment = {}, stdin = "ignore" }: CliOptions,
): RunningCli {
  const { NODE_OPTIONS, ...inherited } = process.env;
  const child = spawn(process.execPath, [CLI_PATH, ...args], {
    env: { ...inherited, CLAUDE_METER_HOME: home, CLAUDE_CONFIG_DIR: home, ...environment },
    stdio: [stdin, "pipe", "pipe"],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => err.push(chunk));
  const ended = new Promise<Exit>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  const stdout = () => Buffer.concat(out);
  return {
    child,
    stdout,
    stderr: () => Buffer.concat(err).toString("utf8"),
    ended,
    hasPrinted: async (text) => {
      await waitFor(
        () => stdout().toString("utf8"),
        (printed) => printed.includes(text),
      );
    },
  };
}
