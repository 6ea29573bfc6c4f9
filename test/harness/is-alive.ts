// Whether a process still runs. A dead one that nobody has reaped counts as ended, as it does nothing any more.
import { readFileSync } from "node:fs";

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    // ESRCH, or gone between the two questions.
    return false;
  }
}
