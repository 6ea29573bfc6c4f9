// Whether a process of this machine is alive, stopped by job control, or gone.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export type ProcessState = "alive" | "stopped" | "gone";

export function readProcessState(pid: number): ProcessState {
  try {
    process.kill(pid, 0);
  } catch {
    // ESRCH: it has ended. EPERM: its number is another user's by now.
    return "gone";
  }
  return isStopped(pid) ? "stopped" : "alive";
}

function isStopped(pid: number): boolean {
  try {
    if (process.platform === "linux") return /^\d+ \(.*\) [Tt] /s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    if (process.platform === "win32") return false;
    return execFileSync("ps", ["-o", "state=", "-p", String(pid)], { encoding: "utf8" })
      .trim()
      .startsWith("T");
  } catch {
    return false;
  }
}
