// The process group of a command: the command and everything it started that did not ask for a group of its own.
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Windows has no groups; there only the command itself can be ended. */
export const HAS_GROUPS = process.platform !== "win32";

const STEP_MS = 25;
/** SIGKILL can not be refused; what is still there after this waits in the kernel for a disk. */
const GONE_LIMIT_MS = 2_000;

export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signal);
  } catch {
    // ESRCH: nobody is left. EPERM: somebody who is not ours.
    return false;
  }
}

export function isGroupAlive(groupId: number): boolean {
  return signalGroup(groupId, 0) && (process.platform !== "linux" || hasLivingMember(groupId));
}

/** Asks first, kills after the limit; returns when nobody is left, or when even that did not help. */
export async function endGroup(groupId: number, first: NodeJS.Signals, limitMs: number): Promise<void> {
  signalGroup(groupId, first);
  // A stopped process can not act on what it was asked.
  signalGroup(groupId, "SIGCONT");
  if (await isGone(groupId, limitMs)) return;
  signalGroup(groupId, "SIGKILL");
  await isGone(groupId, GONE_LIMIT_MS);
}

export async function isGone(groupId: number, limitMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + limitMs;
  while (isGroupAlive(groupId)) {
    if (performance.now() > deadlineMs) return false;
    await sleep(STEP_MS);
  }
  return true;
}

/** In a container the first process often reaps nobody: dead grandchildren then stay in the group for ever. */
function hasLivingMember(groupId: number): boolean {
  return readdirSync("/proc").some((name) => /^\d+$/.test(name) && isMember(name, groupId));
}

function isMember(pid: string, groupId: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // "pid (name) state parent group …"; the name may hold blanks and brackets.
    const [state, , group] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return Number(group) === groupId && state !== "Z" && state !== "X";
  } catch {
    // It ended while the folder was read.
    return false;
  }
}
