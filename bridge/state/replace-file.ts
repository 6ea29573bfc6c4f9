// A rename over a file that others read. Windows refuses it while one of them has the file open, which passes: a reader
// needs milliseconds, a virus scanner or an indexer a little longer.
import { rename } from "node:fs/promises";
import { setTimeout as pass } from "node:timers/promises";
import { hasCode } from "./read-status.ts";

export type ReplaceOptions = {
  platform?: string;
  move?: (from: string, to: string) => Promise<void>;
  wait?: (ms: number) => Promise<void>;
};

/** Together 2 s; then it is no reader that passes. */
const PAUSES_MS = [10, 20, 40, 80, 150, 300, 600, 800] as const;

export async function replaceFile(from: string, to: string, options: ReplaceOptions = {}): Promise<void> {
  const { platform = process.platform, move = rename, wait = pass } = options;
  for (const pauseMs of PAUSES_MS) {
    try {
      return await move(from, to);
    } catch (error) {
      if (!isHeldOpen(error, platform)) throw error;
      await wait(pauseMs);
    }
  }
  await move(from, to);
}

/** Somebody has the file open; elsewhere than on Windows these codes mean a missing right. */
export function isHeldOpen(error: unknown, platform: string = process.platform): boolean {
  return platform === "win32" && ["EPERM", "EACCES", "EBUSY"].some((code) => hasCode(error, code));
}
