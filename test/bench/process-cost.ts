// What a process has cost so far, with all its children, as Linux counts it.
import { readdirSync, readFileSync } from "node:fs";

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: utime and stime in clock ticks, of which Linux has 100 a second. */
const TICK_MS = 10;

export function readCpuMs(pid: number): number {
  const fields = readStat(pid);
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
}

/** Of a process and everything it started that still runs. */
export function readTreeCpuMs(root: number): number {
  const parents = new Map(readPids().map((pid) => [pid, Number(readStat(pid)[1])]));
  return [...parents.keys()]
    .filter((pid) => isWithin(pid, root, parents))
    .reduce((sum, pid) => sum + readCpuMs(pid), 0);
}

function isWithin(pid: number, root: number, parents: ReadonlyMap<number, number>): boolean {
  for (let each: number | undefined = pid; each !== undefined && each > 1; each = parents.get(each)) {
    if (each === root) return true;
  }
  return false;
}

export function readMemory(pid: number): { rssMb: number; privateMb: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0) / 1024;
  return { rssMb: read("Rss"), privateMb: read("Private_Dirty") + read("Private_Clean") };
}

/** The one process whose command line holds this text and not the other; children of a browser say what type they are. */
export function findPid(text: string, not: string): number {
  const found = readPids().find((pid) => {
    const line = readCommandLine(pid);
    return line.includes(text) && !line.includes(not);
  });
  if (found === undefined) throw new Error(`no process has ${text} on its command line`);
  return found;
}

function readCommandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // Gone meanwhile.
    return "";
  }
}

function readPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The fields behind the program's name, which may hold blanks and brackets itself; empty when it has ended. */
function readStat(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}
