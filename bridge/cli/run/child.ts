// Runs the command: starts it, passes its output on, and knows when it and all it left behind have ended.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { OutputName } from "../limit/limit-detector.ts";
import { type PassThrough, passThrough } from "./pass-through.ts";
import { endGroup, HAS_GROUPS, isGone, isGroupAlive, signalGroup } from "./process-group.ts";

export type Command = { file: string; args: readonly string[] };
export type ChildEnd = { code: number | null; signal: NodeJS.Signals | null };

export type Child = {
  pid: number;
  /** After its last byte was handed on, and after everything in its process group has ended. */
  ended: Promise<ChildEnd>;
  /** To the whole process group, where it has one of its own. */
  signal: (signal: NodeJS.Signals) => void;
  /** Asks by a signal, and kills when that did not help in time. */
  end: (signal: NodeJS.Signals) => void;
  /** SIGKILL, and nothing more is passed on. */
  kill: () => void;
};

export type ChildOptions = {
  /** The command gets the terminal itself: nothing of its output is seen here, and the terminal sends it its signals. */
  hasTerminal: boolean;
  killAfterMs: number;
  onOutput: (output: OutputName, chunk: Buffer) => void;
};

/** 127 and 126 as in a shell: no such command, or one that can not be run. */
export type Started = { kind: "started"; child: Child } | { kind: "failed"; code: 126 | 127; reason: string };

/** How long what the command left behind may take to end by itself: a `tee` needs a moment, a server never ends. */
const LINGER_MS = 2_000;
const STEP_MS = 50;

export async function startChild(command: Command, options: ChildOptions): Promise<Started> {
  const { hasTerminal } = options;
  const hasGroup = HAS_GROUPS && !hasTerminal;
  try {
    const spawned = spawn(command.file, command.args, {
      stdio: hasTerminal ? "inherit" : ["inherit", "pipe", "pipe"],
      detached: hasGroup,
    });
    const exited = new Promise<ChildEnd>((resolve) => spawned.on("exit", (code, signal) => resolve({ code, signal })));
    await once(spawned, "spawn");
    return { kind: "started", child: toChild(spawned, exited, hasGroup, options) };
  } catch (error) {
    return toFailure(error);
  }
}

function toChild(spawned: ChildProcess, exited: Promise<ChildEnd>, hasGroup: boolean, options: ChildOptions): Child {
  const pid = spawned.pid ?? 0;
  const outputs = toOutputs(spawned, options);
  const cut = () => {
    for (const output of outputs) output.cut();
  };
  const signal = (name: NodeJS.Signals) => {
    if (hasGroup) signalGroup(pid, name);
    else spawned.kill(name);
  };
  const endOwn = async (first: NodeJS.Signals) => {
    spawned.kill(first);
    await Promise.race([exited, sleep(options.killAfterMs, undefined, { ref: false })]);
    spawned.kill("SIGKILL");
  };
  let isEnding = false;
  const end = async (first: NodeJS.Signals) => {
    if (isEnding) return;
    isEnding = true;
    await (hasGroup ? endGroup(pid, first, options.killAfterMs) : endOwn(first));
    // A reader that takes nothing more must not keep us for ever.
    await Promise.race([Promise.all(outputs.map((output) => output.ended)), sleep(LINGER_MS)]);
    cut();
  };
  const ended = exited.then(async (childEnd) => {
    const hasWaited = !(await settle(outputs));
    if (hasGroup && isGroupAlive(pid)) {
      if (hasWaited || !(await isGone(pid, LINGER_MS))) await endGroup(pid, "SIGTERM", options.killAfterMs);
    }
    cut();
    return childEnd;
  });
  return {
    pid,
    ended,
    signal,
    end: (first) => void end(first),
    kill: () => {
      signal("SIGKILL");
      cut();
    },
  };
}

function toOutputs({ stdout, stderr }: ChildProcess, { onOutput }: ChildOptions): PassThrough[] {
  return [
    ...(stdout ? [passThrough(stdout, process.stdout, (chunk) => onOutput("stdout", chunk))] : []),
    ...(stderr ? [passThrough(stderr, process.stderr, (chunk) => onOutput("stderr", chunk))] : []),
  ];
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
