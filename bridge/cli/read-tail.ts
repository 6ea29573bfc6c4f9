// The last bytes of a file that another program writes: bounded, and never held up by a thing that is no file.
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";

const TAIL_BYTES = 64 * 1024;

/** Its first line may be a half. Undefined when there is no such file, or it is not for us. */
export function readTail(path: string, bytes = TAIL_BYTES): { text: string; isWhole: boolean } | undefined {
  try {
    // Opening anything else could block.
    if (!statSync(path).isFile()) return undefined;
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      const tail = Buffer.alloc(Math.min(size, bytes));
      readSync(file, tail, 0, tail.length, size - tail.length);
      return { text: tail.toString("utf8"), isWhole: tail.length === size };
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
