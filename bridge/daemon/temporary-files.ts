// What a write leaves behind that was killed in the middle: its temporary file, which nobody will ever rename.
import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isTemporary } from "../state/private-files.ts";

/** A write takes milliseconds; a younger file may be one of the CLI that is under way. */
const ABANDONED_MS = 60 * 60_000;

export async function removeAbandoned(folder: string, nowMs: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(isTemporary)) {
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    // Of a clock that was ahead it could stay for years.
    if (found?.isFile() && Math.abs(nowMs - found.mtimeMs) > ABANDONED_MS) await rm(path, { force: true });
  }
}
