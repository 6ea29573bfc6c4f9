// Starts a program of a test, ours or another, in a clean environment: its words so far, signals to it, and its end.
import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { toCleanEnvironment } from "./environment.ts";
import { waitFor } from "./wait-for.ts";

export const CLI_PATH = fileURLToPath(new URL("../../dist/bridge/cli.js", import.meta.url));

export type Ended = { stdout: string; stderr: string; code: number | null; signal: NodeJS.Signals | null };

export type ProgramOptions = {
  environment?: Readonly<Record<string, string>>;
  cwd?: string;
  /** All that it reads, or "open" for a test that writes by itself; nothing unless told. */
  stdin?: string | Buffer | { kind: "open" };
};

export type Program = {
  child: ChildProcess;
  pid: number;
  stdout: () => string;
  stderr: () => string;
  readBytes: (of?: "stdout" | "stderr") => Buffer;
  /** Waits until this stands on stdout. */
  hasPrinted: (text: string) => Promise<void>;
  /** Waits until this stands on stderr. */
  hasSaid: (text: string) => Promise<void>;
  kill: (signal: NodeJS.Signals) => void;
  /** Processor time so far, of this process alone. */
  readCpuSeconds: () => Promise<number>;
  /** After its outputs were closed as well. */
  ended: Promise<Ended>;
};

/** The kernel counts in hundredths of a second on every Linux. */
const TICKS_A_SECOND = 100;

const running = new Map<Program, Readonly<Record<string, string>>>();

export function runProgram(command: string, args: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  return startProgram(command, args, options).ended;
}

/** The built CLI, whose home and state folder are this one. */
export function runCli(home: string, args: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  return startCli(home, args, options).ended;
}

export function startCli(home: string, args: readonly string[], options: ProgramOptions = {}): Program {
  const environment = { HOME: home, CLAUDE_METER_HOME: home, ...options.environment };
  return startProgram(process.execPath, [CLI_PATH, ...args], { ...options, environment });
}

export function startProgram(command: string, args: readonly string[], options: ProgramOptions = {}): Program {
  const { environment = {}, cwd, stdin } = options;
  const child = spawn(command, args, {
    cwd,
    env: { ...toCleanEnvironment(process.env), ...environment },
    stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const chunks: Record<"stdout" | "stderr", Buffer[]> = { stdout: [], stderr: [] };
  child.stdout?.on("data", (chunk: Buffer) => chunks.stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => chunks.stderr.push(chunk));
  const readBytes: Program["readBytes"] = (of = "stdout") => Buffer.concat(chunks[of]);
  const stdout = () => readBytes().toString("utf8");
  const stderr = () => readBytes("stderr").toString("utf8");
  child.stdin?.on("error", () => {
    // The program ended without reading it all, as it may.
  });
  if (typeof stdin === "string" || Buffer.isBuffer(stdin)) child.stdin?.end(stdin);
  const program: Program = {
    child,
    // Of one that could not be started, which `ended` tells.
    pid: child.pid ?? Number.NaN,
    stdout,
    stderr,
    readBytes,
    hasPrinted: (text) => hasText(stdout, text),
    hasSaid: (text) => hasText(stderr, text),
    kill: (signal) => void child.kill(signal),
    readCpuSeconds: () => readCpuSeconds(program.pid),
    ended: new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => {
        running.delete(program);
        resolve({ stdout: stdout(), stderr: stderr(), code, signal });
      });
    }),
  };
  if (child.pid !== undefined) running.set(program, environment);
  return program;
}

/** Those that a test left behind, on this folder or on any. */
export async function endPrograms(home?: string): Promise<void> {
  for (const [program, environment] of running) {
    if (home !== undefined && !Object.values(environment).some((value) => value.startsWith(home))) continue;
    program.child.kill("SIGKILL");
    // Its children may hold its outputs open for longer.
    await waitFor(
      () => program.child.exitCode ?? program.child.signalCode,
      (end) => end !== null,
    );
    running.delete(program);
  }
}

async function hasText(read: () => string, text: string): Promise<void> {
  await waitFor(read, (said) => said.includes(text));
}

async function readCpuSeconds(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  // The name in brackets may hold spaces; user and system time are the 12th and 13th fields after it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}
