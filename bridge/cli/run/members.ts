// The processes of a run: the command and everything it started that did not ask for a process group of its own. They stay
// in the group of `run` itself, so that the terminal treats them as it would without us: Ctrl-C, Ctrl-Z, a background job
// that reads what is typed, and /dev/tty. What tells them from their neighbours in that group is a mark in their environment.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { RUN_MARK } from "./run-mark.ts";

export type Members = {
  signal: (signal: NodeJS.Signals) => void;
  isEmpty: () => boolean;
};

const STEP_MS = 25;
/** SIGKILL cannot be refused; what is still there after this waits in the kernel for a disk. */
const GONE_LIMIT_MS = 2_000;

/** `pid` is the command's own. On Windows only the command itself can be ended. */
export function createMembers(pid: number, mark: string): Members {
  const list = () => (process.platform === "win32" ? [pid].filter(isThere) : listMembers(pid, mark));
  return {
    signal: (signal) => {
      for (const each of list()) send(each, signal);
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

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function listMembers(pid: number, mark: string): number[] {
  return process.platform === "linux" ? listByMark(mark) : listDescendants(pid);
}

function listByMark(mark: string): number[] {
  const own = readGroup(process.pid);
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.map(Number).filter((pid) => own !== undefined && readGroup(pid) === own && hasMark(pid, mark));
}

/** Undefined for one that has ended; in a container the first process often reaps nobody, so dead ones stay for ever. */
function readGroup(pid: number): number | undefined {
  const [state, , group] = readStat(pid);
  return state === undefined || state === "Z" || state === "X" ? undefined : Number(group);
}

/** "pid (name) state parent group session terminal foreground …" without pid and name, which may hold blanks and brackets. */
function readStat(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

function hasMark(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(`${RUN_MARK}=${mark}`);
  } catch {
    // Somebody else's, or it ended while the folder was read.
    return false;
  }
}

/** Where no environment can be read: what descends from the command, without what its parent left behind. */
function listDescendants(root: number): number[] {
  const rows = readProcesses();
  const found = new Set([root]);
  // Children have no higher numbers than their parents for ever, so until nothing is added.
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of rows) if (found.has(parent)) found.add(pid);
  }
  return rows.filter(({ pid, state }) => found.has(pid) && !state.startsWith("Z")).map(({ pid }) => pid);
}

function readProcesses(): { pid: number; parent: number; state: string }[] {
  const text = execFileSync("ps", ["-axo", "pid=,ppid=,state="], { encoding: "utf8" });
  return text.split("\n").flatMap((line) => {
    const [pid, parent, state = ""] = line.trim().split(/\s+/);
    return parent === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), state }];
  });
}

/** Whether what is typed at the terminal, Ctrl-C too, goes to our process group: then the command gets it without us. */
export function isForeground(): boolean {
  if (process.platform === "win32") return true;
  if (process.platform === "linux") {
    const [, , group, , , foreground] = readStat(process.pid);
    return group !== undefined && group === foreground;
  }
  try {
    const text = execFileSync("ps", ["-o", "pgid=,tpgid=", "-p", String(process.pid)], { encoding: "utf8" });
    const [group, foreground] = text.trim().split(/\s+/);
    return group === foreground;
  } catch {
    return false;
  }
}
