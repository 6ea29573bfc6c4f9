// One of our JSON files at start: read, or set aside when it is the file that is no good.
import { join } from "node:path";
import { readPrivateFile } from "../state/private-files.ts";
import { hasCode } from "../state/read-status.ts";
import type { Log } from "./log.ts";
import { setAside } from "./quarantine.ts";

export type StateFile<T> = { folder: string; name: string; parse: (text: string) => T; now: () => number; log: Log };

/** Undefined when there is none, or none any more. */
export async function readOrSetAside<T>({ folder, name, parse, now, log }: StateFile<T>): Promise<T | undefined> {
  const path = join(folder, name);
  try {
    // A call that fails once says nothing about the file.
    const text = await readPrivateFile(path).catch(() => readPrivateFile(path));
    return text === undefined ? undefined : parse(text);
  } catch (error) {
    // Nor does a process that can open nothing at all.
    if (hasCode(error, "EMFILE") || hasCode(error, "ENFILE")) throw error;
    await setAside(folder, name, now(), log);
    return undefined;
  }
}
