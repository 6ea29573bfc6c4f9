// A program of a test that is still running: what it said so far, a signal for it, and its end.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { CLI_PATH, type Ended } from "./run-cli.ts";
import { waitFor } from "./wait-for.ts";

export type RunningProgram = {
  pid: number;
  stdout: () => string;
  stderr: () => string;
  /** Resolves when the text has been said on stderr. */
  waitForWords: (words: string) => Promise<void>;
  kill: (signal: NodeJS.Signals) => void;
  /** Processor time so far, in seconds, of this process alone. */
  readCpuSeconds: () => Promise<number>;
  ended: Promise<Ended>;
};

/** The kernel counts in hundredths of a second on every Linux. */
const TICKS_A_SECOND = 100;

export function startCli(args: readonly string[], environment: Record<string, string> = {}): RunningProgram {
  const { NODE_OPTIONS, NODE_EXTRA_CA_CERTS, CLAUDE_CONFIG_DIR, ...inherited } = process.env;
  const child = spawn(process.execPath, [CLI_PATH, ...args], {
    env: { ...inherited, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("the program did not start");
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ stdout, stderr, code }));
  });
  return {
    pid,
    stdout: () => stdout,
    stderr: () => stderr,
    waitForWords: async (words) => {
      await waitFor(
        () => stderr,
        (said) => said.includes(words),
      );
    },
    kill: (signal) => void child.kill(signal),
    readCpuSeconds: async () => {
      const text = await readFile(`/proc/${pid}/stat`, "utf8");
      // The name in brackets may hold spaces; user and system time are the 12th and 13th fields after it.
      const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
      return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
    },
    ended,
  };
}
