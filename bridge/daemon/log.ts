// bridge.log: events and codes, never a body, a name or a key. Two files of bounded size.
import { appendFileSync, chmodSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { toIso } from "../../shared/time.ts";

const MAX_BYTES = 1024 * 1024;

export type Log = (event: string) => void;

/** Writes to the file and, for a bridge in the foreground, to stderr. A log that fails never stops the bridge. */
export function createLog(folder: string, now: () => number, isForeground: boolean): Log {
  const path = join(folder, "bridge.log");
  return (event) => {
    const line = `${toIso(now())} ${event}\n`;
    if (isForeground) process.stderr.write(line);
    try {
      appendFileSync(path, line, { mode: 0o600 });
      if (statSync(path).size > MAX_BYTES) renameSync(path, `${path}.1`);
      else if (process.platform !== "win32") chmodSync(path, 0o600);
    } catch {
      // A full disk is told to those who post; the log is the least of it.
    }
  };
}
