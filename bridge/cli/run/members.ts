// The processes of a run: the command and everything it started that did not ask for a session of its own. They stay in the
// session of `run` itself, and mostly in its group, so that the terminal treats them as it would without us: Ctrl-C, Ctrl-Z,
// a background job that reads what is typed, and /dev/tty. What tells them from their neighbours is their descent, and a
// mark in their environment for those whose parent has ended.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { RUN_MARK } from "./run-mark.ts";

export type Members = {
  signal: (signal: NodeJS.Signals) => void;
  /** Only to those in another group than ours, which what is typed at the terminal does not reach. */
  signalElsewhere: (signal: NodeJS.Signals) => void;
  isEmpty: () => boolean;
};

export type Command = {
  pid: number;
  mark: string;
  /** False once its end was taken note of: then its number may be another's. */
  isRunning: () => boolean;
};

const STEP_MS = 25;
/** SIGKILL cannot be refused; what is still there after this waits in the kernel for a disk. */
const GONE_LIMIT_MS = 2_000;

/** On Windows only the command itself can be ended. */
export function createMembers(command: Command): Members {
  const list = () => listMembers(command);
  return {
    signal: (signal) => {
      for (const { pid } of list()) send(pid, signal);
    },
    signalElsewhere: (signal) => {
      const own = readStat(process.pid)?.group;
      for (const { pid, group } of list()) if (group !== own) send(pid, signal);
    },
    isEmpty: () => list().length === 0,
  };
}

/** Asks first, kills after the limit; returns when nobody is left, or when even that did not help. */
export async function endMembers(members: Members, first: NodeJS.Signals, limitMs: number): Promise<void> {
  members.signal(first);
  // A stopped process cannot act on what it was asked.
  if (process.platform !== "win32") members.signal("SIGCONT");
  if (await areGone(members, limitMs)) return;
  members.signal("SIGKILL");
  await areGone(members, GONE_LIMIT_MS);
}

export async function areGone(members: Members, limitMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + limitMs;
  while (!members.isEmpty()) {
    if (performance.now() > deadlineMs) return false;
    await sleep(STEP_MS);
  }
  return true;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ESRCH: it has ended. EPERM: somebody who is not ours by now.
  }
}

type Process = { pid: number; parent: number; group: number; session: number };

function listMembers({ pid, mark, isRunning }: Command): Process[] {
  const root = isRunning() ? pid : undefined;
  const all = process.platform === "win32" ? [] : process.platform === "linux" ? readProc() : readPs();
  // Where nothing can be listed the command itself is still ours.
  if (all.length === 0) return root === undefined ? [] : [{ pid: root, parent: 0, group: 0, session: 0 }];
  const own = all.find((each) => each.pid === process.pid);
  const descendants = findDescendants(all, root);
  return all.filter((each) => {
    if (each.pid === process.pid) return false;
    if (each.pid === root) return true;
    return each.session === own?.session && (descendants.has(each.pid) || hasMark(each.pid, mark));
  });
}

function findDescendants(all: readonly Process[], root: number | undefined): Set<number> {
  const found = new Set(root === undefined ? [] : [root]);
  // A child may have a lower number than its parent, so until nothing is added.
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return found;
}

function readProc(): Process[] {
  try {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.map(Number).flatMap((pid) => readStat(pid) ?? []);
  } catch {
    // Not mounted.
    return [];
  }
}

/**
 * From "pid (name) state parent group session …", whose name may hold blanks and brackets. Undefined for one that has
 * ended: in a container the first process often reaps nobody, so dead ones stay for ever.
 */
function readStat(pid: number): (Process & { foreground: number }) | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent, group, session, , foreground] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    if (state === "Z" || state === "X") return undefined;
    return {
      pid,
      parent: Number(parent),
      group: Number(group),
      session: Number(session),
      foreground: Number(foreground),
    };
  } catch {
    // It ended while the folder was read, or there is no such folder.
    return undefined;
  }
}

/** A run within a run keeps the marks of both. */
function hasMark(pid: number, mark: string): boolean {
  if (process.platform !== "linux") return false;
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
    return variables.some((each) => each.startsWith(`${RUN_MARK}=`) && each.includes(mark));
  } catch {
    // Somebody else's, or it ended while the folder was read.
    return false;
  }
}

/** It does not tell the session everywhere, so none counts as another's. */
function readPs(): Process[] {
  try {
    const text = execFileSync("ps", ["-ax", "-o", "pid=", "-o", "ppid=", "-o", "pgid=", "-o", "state="], {
      encoding: "utf8",
    });
    return text.split("\n").flatMap((line) => {
      const [pid, parent, group, state = ""] = line.trim().split(/\s+/);
      if (group === undefined || state.startsWith("Z")) return [];
      return [{ pid: Number(pid), parent: Number(parent), group: Number(group), session: 0 }];
    });
  } catch {
    // Without it the command is still ours to signal.
    return [];
  }
}

/** Whether what is typed at the terminal, Ctrl-C too, goes to our process group: then the command gets it without us. */
export function isForeground(): boolean {
  if (process.platform === "win32") return true;
  if (process.platform === "linux") {
    const own = readStat(process.pid);
    return own !== undefined && own.group === own.foreground;
  }
  try {
    const text = execFileSync("ps", ["-o", "pgid=", "-o", "tpgid=", "-p", String(process.pid)], { encoding: "utf8" });
    const [group, foreground] = text.trim().split(/\s+/);
    return group === foreground;
  } catch {
    return false;
  }
}
