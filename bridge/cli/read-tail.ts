// The last bytes of a file that another program writes: bounded, and never held up by a thing that is no file.
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";

const TAIL_BYTES = 64 * 1024;

/** Its first line may be a half. Undefined when there is no such file, or it is not for us. */
export function readTail(path: string): { text: string; changedMs: number } | undefined {
  try {
    // Opening anything else could block.
    if (!statSync(path).isFile()) return undefined;
    const file = openSync(path, "r");
    try {
      const { size, mtimeMs } = fstatSync(file);
      const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
      readSync(file, tail, 0, tail.length, size - tail.length);
      return { text: tail.toString("utf8"), changedMs: mtimeMs };
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
