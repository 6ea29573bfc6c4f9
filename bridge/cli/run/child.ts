// Runs the command: starts it, passes its output on, and knows when it and all it left behind have ended.
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { OutputName } from "../limit/limit-detector.ts";
import { areGone, createMembers, endMembers, type Members } from "./members.ts";
import { closePipes, type OutputPipe, openPipes } from "./output-pipes.ts";
import { type PassThrough, passThrough } from "./pass-through.ts";
import { RUN_MARK, toMarks } from "./run-mark.ts";

/** `isLine`: one text for the shell, as a user writes it into a crontab. */
export type Command = { file: string; args: readonly string[]; isLine?: true };
export type ChildEnd = {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The system's word for why output of the command was lost. */
  lost?: string | undefined;
};

export type Child = {
  pid: number;
  /** After its last byte was handed on, and after everything that it started has ended. */
  ended: Promise<ChildEnd>;
  /** To the command and everything that it started. */
  signal: (signal: NodeJS.Signals) => void;
  /** To those that what is typed at the terminal does not reach. */
  signalElsewhere: (signal: NodeJS.Signals) => void;
  /** Asks by a signal, and kills when that did not help in time. */
  end: (signal: NodeJS.Signals) => void;
  /** SIGKILL, and nothing more is passed on. */
  kill: () => void;
};

export type ChildOptions = {
  /** The command gets the terminal itself: nothing of its output is seen here. */
  hasTerminal: boolean;
  /** `nohup` stands before us: then the command ignores SIGHUP as well. */
  ignoresHangup: boolean;
  /** Our stdout and stderr are one place: then so are the command's. */
  isMerged: boolean;
  /** Beside our own. */
  environment: Readonly<Record<string, string>>;
  /** Tells the processes of this run from all others. */
  mark: string;
  killAfterMs: number;
  /** Our own stdout and stderr. */
  outputs: Readonly<Record<OutputName, Writable>>;
  onOutput: (output: OutputName, chunk: Buffer) => void;
};

/** 127 and 126 as in a shell: no such command, or one that cannot be run. */
export type Started = { kind: "started"; child: Child } | { kind: "failed"; code: 126 | 127; reason: string };

/** How long what the command left behind may take to end by itself: a `tee` needs a moment, a server never ends. */
const LINGER_MS = 2_000;
const STEP_MS = 50;

/** Where each of the command's outputs comes from and goes to. */
type Channel = { name: OutputName; reader: Readable };

export async function startChild(command: Command, options: ChildOptions): Promise<Started> {
  const pipes = options.hasTerminal ? undefined : openPipes(options.isMerged ? 1 : 2);
  try {
    const spawned = await spawnCommand(command, options, pipes);
    const exited = new Promise<ChildEnd>((resolve) => spawned.on("exit", (code, signal) => resolve({ code, signal })));
    await once(spawned, "spawn");
    return { kind: "started", child: toChild(spawned, exited, toChannels(spawned, pipes), options) };
  } catch (error) {
    for (const pipe of pipes ?? []) pipe.reader.destroy();
    return toFailure(error);
  } finally {
    closePipes(pipes ?? []);
  }
}

async function spawnCommand(command: Command, options: ChildOptions, pipes: OutputPipe[] | undefined) {
  const [out, err = out] = pipes ?? [];
  const stdio: StdioOptions = options.hasTerminal ? "inherit" : ["inherit", out?.fd ?? "pipe", err?.fd ?? "pipe"];
  const env = { ...process.env, ...options.environment, [RUN_MARK]: toMarks(options.mark) };
  const { file, args, isLine = false } = options.ignoresHangup ? toHangupProof(command) : command;
  // npm's programs are .cmd files there, which only a shell starts, with quoting of its own.
  if (process.platform === "win32")
    return (await import("cross-spawn")).default(file, [...args], { stdio, env, shell: isLine });
  return spawn(file, args, { stdio, env, shell: isLine });
}

/** Node starts everything with the usual answer to SIGHUP; a shell that ignores it hands that on. */
function toHangupProof({ file, args, isLine }: Command): Command {
  const rest = isLine ? ["/bin/sh", "-c", file] : [file, ...args];
  return { file: "/bin/sh", args: ["-c", 'trap "" HUP; exec "$@"', "sh", ...rest] };
}

/** With one pipe for both, everything counts as stdout. */
function toChannels({ stdout, stderr }: ChildProcess, pipes: OutputPipe[] | undefined): Channel[] {
  const [out, err] = pipes ? pipes.map(({ reader }) => reader) : [stdout, stderr];
  return [
    ...(out ? [{ name: "stdout" as const, reader: out }] : []),
    ...(err ? [{ name: "stderr" as const, reader: err }] : []),
  ];
}

function toChild(
  spawned: ChildProcess,
  exited: Promise<ChildEnd>,
  channels: readonly Channel[],
  { mark, killAfterMs, outputs, onOutput }: ChildOptions,
): Child {
  const pid = spawned.pid ?? 0;
  const isRunning = () => spawned.exitCode === null && spawned.signalCode === null;
  const members = createMembers({ pid, mark, isRunning });
  const passed = channels.map(({ name, reader }) =>
    passThrough(reader, outputs[name], (chunk) => onOutput(name, chunk)),
  );
  const cut = () => {
    for (const each of passed) each.cut();
  };
  let ending: Promise<void> | undefined;
  const end = async (first: NodeJS.Signals) => {
    await endMembers(members, first, killAfterMs);
    // A reader that takes nothing more must not keep us for ever.
    await Promise.race([Promise.all(passed.map((each) => each.ended)), sleep(LINGER_MS)]);
    cut();
  };
  const ended = exited.then(async (childEnd) => {
    const hasWaited = !(await settle(passed));
    // Who is being ended already is not asked a second time.
    await (ending ?? endLeftovers(members, hasWaited, killAfterMs));
    cut();
    return { ...childEnd, lost: passed.map((each) => each.lost()).find((code) => code !== undefined) };
  });
  return {
    pid,
    ended,
    signal: members.signal,
    signalElsewhere: members.signalElsewhere,
    end: (first) => {
      ending ??= end(first);
    },
    kill: () => {
      members.signal("SIGKILL");
      cut();
    },
  };
}

async function endLeftovers(members: Members, hasWaited: boolean, killAfterMs: number): Promise<void> {
  if (members.isEmpty()) return;
  if (hasWaited || !(await areGone(members, LINGER_MS))) await endMembers(members, "SIGTERM", killAfterMs);
}

/** True at the end of both outputs; false when a grandchild holds one and says nothing more. */
async function settle(outputs: readonly PassThrough[]): Promise<boolean> {
  let hasEnded = false;
  const ended = Promise.all(outputs.map((output) => output.ended)).then(() => {
    hasEnded = true;
  });
  do await Promise.race([ended, sleep(STEP_MS)]);
  while (!hasEnded && outputs.some((output) => output.quietMs() < LINGER_MS));
  return hasEnded;
}

function toFailure(error: unknown): Started {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (!(error instanceof Error) || typeof code !== "string" || !(code in constants.errno)) throw error;
  return { kind: "failed", code: code === "ENOENT" ? 127 : 126, reason: code };
}
