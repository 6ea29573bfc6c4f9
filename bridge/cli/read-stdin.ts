// The JSON that another program hands to a command of ours, within bounds: a stdin that never ends must not hold us up.
import { fstatSync } from "node:fs";

const WAIT_MS = 500;
/** A hook's input holds what a tool is about to write. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Undefined when there is none, or none in time. */
export async function readStdinJson(): Promise<unknown> {
  // A terminal: somebody tries the command by hand, and has nothing to hand over.
  if (isTerminal()) return undefined;
  return await new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = () => {
      clearTimeout(timer);
      // Open, it would keep the process alive.
      process.stdin.destroy();
      resolve(parse(chunks));
    };
    const timer = setTimeout(end, WAIT_MS);
    process.stdin.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      // A whole object is enough: the writer may keep the pipe open.
      if (bytes > MAX_BYTES || (endsObject(chunk) && parse(chunks) !== undefined)) end();
    });
    process.stdin.on("end", end);
    process.stdin.on("error", end);
  });
}

function isTerminal(): boolean {
  try {
    return fstatSync(0).isCharacterDevice();
  } catch {
    // Closed: there is nothing to read either.
    return true;
  }
}

function endsObject(chunk: Buffer): boolean {
  return chunk.subarray(-4).toString("latin1").trimEnd().endsWith("}");
}

function parse(chunks: readonly Buffer[]): unknown {
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    // Not JSON, or only half of it.
    return undefined;
  }
}
