// Whether a process still is the one that a lease stands for.
import { readFileSync } from "node:fs";

/** When it began, in the system's own count; null where only its number is known. Undefined when there is none. */
export function readProcessStart(pid: number): string | null | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process lives as well.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return undefined;
  }
  if (process.platform !== "linux") return null;
  try {
    // Behind the name, which can hold anything: the state, then 18 more, then the start.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" ? undefined : (fields[19] ?? null);
  } catch {
    return undefined;
  }
}
