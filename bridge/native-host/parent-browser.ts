// The browser that started this host: its parent process, which is a better witness than the browser's own name.
import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";
import { toBrowserOfProgram } from "../state/browser-program.ts";

const TIMEOUT_MS = 1_000;

/** Undefined where the system does not tell: then the extension's own word stands. */
export async function findParentBrowser(): Promise<string | undefined> {
  try {
    if (process.platform === "linux") return await findOnLinux();
    if (process.platform === "darwin") {
      const options = { timeout: TIMEOUT_MS };
      const told = await promisify(execFile)("ps", ["-o", "comm=", "-p", String(process.ppid)], options);
      return toBrowserOfProgram(told.stdout.trim());
    }
  } catch {
    // The parent has gone, or hides itself.
  }
  return undefined;
}

async function findOnLinux(): Promise<string | undefined> {
  // A sandboxed browser may hide its executable; its command line stays.
  const program = await readlink(`/proc/${process.ppid}/exe`).catch(async () => {
    return (await readFile(`/proc/${process.ppid}/cmdline`, "utf8")).split("\0")[0] ?? "";
  });
  return toBrowserOfProgram(program);
}
