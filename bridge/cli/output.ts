// Writes to stdout without touching process.stdout, which costs 3 ms to create. A reader that went away ends the process
// quietly; a stdout that takes nothing (a full disk) is a CliError.
import { writeSync } from "node:fs";
import { exitCodes } from "../state/exit-code.ts";
import { hasCode } from "../state/read-status.ts";
import { CliError } from "./cli-error.ts";

const FULL_PIPE_WAIT_MS = 5;

export function writeOut(text: string): void {
  write(1, text);
}

export function writeError(text: string): void {
  write(2, text);
}

function write(descriptor: 1 | 2, text: string): void {
  // Node writes a text without a buffer, whose first use costs as much again; only what did not fit needs one.
  let rest: string | Buffer = text;
  while (rest.length > 0) {
    try {
      const written = typeof rest === "string" ? writeSync(descriptor, rest) : writeSync(descriptor, rest);
      if (written === Buffer.byteLength(rest)) return;
      rest = (typeof rest === "string" ? Buffer.from(rest) : rest).subarray(written);
    } catch (error) {
      if (hasCode(error, "EAGAIN")) {
        // The pipe is full and its reader alive.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_WAIT_MS);
        continue;
      }
      // Words that nobody reads change no exit code: a gate's refusal must not become a go.
      if (descriptor === 2) return;
      if (hasCode(error, "EPIPE")) process.exit(process.exitCode ?? exitCodes.done);
      throw new CliError("internal", `cannot write to stdout: ${toReason(error)}.`);
    }
  }
}

function toReason(error: unknown): string {
  if (hasCode(error, "ENOSPC")) return "no space left on device";
  return hasCode(error, "EIO") ? "input/output error" : String(error);
}
