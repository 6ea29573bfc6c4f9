// Writes to stdout without touching process.stdout, which costs 3 ms to create; a reader that went away ends it quietly.
import { writeSync } from "node:fs";
import { exitCodes } from "../state/exit-code.ts";
import { hasCode } from "../state/read-status.ts";

const FULL_PIPE_WAIT_MS = 5;

export function writeOut(text: string): void {
  write(1, text);
}

export function writeError(text: string): void {
  write(2, text);
}

function write(descriptor: 1 | 2, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      const written = writeSync(descriptor, rest);
      if (written === rest.length) return;
      rest = rest.subarray(written);
    } catch (error) {
      if (hasCode(error, "EPIPE")) {
        // Words that nobody reads change no exit code: a gate's refusal must not become a go.
        if (descriptor === 2) return;
        process.exit(process.exitCode ?? exitCodes.done);
      }
      if (!hasCode(error, "EAGAIN")) throw error;
      // The pipe is full and its reader alive.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_WAIT_MS);
    }
  }
}
