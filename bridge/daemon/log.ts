// bridge.log: events and codes, never a body, a name or a key. Two files of bounded size.
import { appendFileSync, closeSync, fstatSync, renameSync } from "node:fs";
import { toIso } from "../../shared/time.ts";
import { toLogPath } from "../state/paths.ts";
import { openToAppend } from "../state/private-files.ts";

const MAX_BYTES = 1024 * 1024;

export type Log = (event: string) => void;

/** Writes to the file and, for a bridge in the foreground, to stderr. A log that fails never stops the bridge. */
export function createLog(folder: string, now: () => number, isForeground: boolean): Log {
  const path = toLogPath(folder);
  return (event) => {
    const line = `${toIso(now())} ${event}\n`;
    if (isForeground) process.stderr.write(line);
    try {
      if (append(path, line) > MAX_BYTES) renameSync(path, `${path}.1`);
    } catch {
      // A full disk is told to those who post; the log is the least of it.
    }
  };
}

/** The file's size afterwards. */
function append(path: string, line: string): number {
  const file = openToAppend(path);
  try {
    appendFileSync(file, line);
    return fstatSync(file).size;
  } finally {
    closeSync(file);
  }
}

/** Where it happened and not what it said: a message can quote the body it choked on. */
export function toDefectText(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  return [error.name, ...frames.slice(0, 8).map((frame) => frame.trim())].join(" ");
}
