// One of our JSON files at start: read, or set aside when it is the file that is no good.
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { readPrivateFile } from "../state/private-files.ts";
import { hasCode } from "../state/read-status.ts";
import { isUnsafePathError } from "../state/unsafe-path-error.ts";
import type { Log } from "./log.ts";
import { setAside } from "./quarantine.ts";

export type StateFile<T> = {
  folder: string;
  name: string;
  parse: (text: string) => T;
  now: () => number;
  log: Log;
  read?: (path: string) => Promise<string | undefined>;
};

/** A disk that fails for a moment says nothing about the file: the same call goes well a little later. */
const ATTEMPTS = 8;
const PAUSE_MS = 50;

/** Undefined when there is none, or none any more. */
export async function readOrSetAside<T>(file: StateFile<T>): Promise<T | undefined> {
  const { folder, name, parse, now, log } = file;
  try {
    const text = await readPatiently(file);
    return text === undefined ? undefined : parse(text);
  } catch (error) {
    // Nor does a process that can open nothing at all.
    if (hasCode(error, "EMFILE") || hasCode(error, "ENFILE")) throw error;
    await setAside(folder, name, now(), log);
    return undefined;
  }
}

async function readPatiently<T>({ folder, name, read = readPrivateFile }: StateFile<T>): Promise<string | undefined> {
  const path = join(folder, name);
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    try {
      return await read(path);
    } catch (error) {
      // A link or a folder stays one.
      if (isUnsafePathError(error)) throw error;
      await pass(PAUSE_MS);
    }
  }
  return await read(path);
}
