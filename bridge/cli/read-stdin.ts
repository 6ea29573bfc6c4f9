// The JSON that another program hands to a command of ours, within bounds: a stdin that never ends must not hold us up.
import { fstatSync, read } from "node:fs";
import { hasCode } from "../state/read-status.ts";
import { isCharacterDevice } from "./is-character-device.ts";

const WAIT_MS = 500;
/** Claude Code always writes, however late a busy machine lets it. */
const CLAUDE_CODE_WAIT_MS = 3_000;
/** A hook's input holds what a tool is about to write. */
const MAX_BYTES = 8 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;
const RETRY_MS = 5;

/** One piece of the input; empty at its end. */
type Take = (chunk: Buffer) => void;
type Source = { start: (take: Take) => void; stop: () => void };

/** Undefined when there is none, or none in time. */
export async function readStdinJson(): Promise<unknown> {
  // A terminal: somebody tries the command by hand, and has nothing to hand over.
  if (isCharacterDevice(0)) return undefined;
  const isSure = isSureToEnd();
  const source = isSure ? createDescriptorSource() : createStreamSource();
  return await new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      source.stop();
      resolve(parse(chunks));
    };
    // On a busy machine the timer can be due before what was long there has been taken: that comes first.
    const timer = setTimeout(() => setImmediate(end), isSure ? CLAUDE_CODE_WAIT_MS : WAIT_MS);
    source.start((chunk) => {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      // A whole object is enough: the writer may keep the pipe open.
      if (chunk.byteLength === 0 || bytes > MAX_BYTES || (endsObject(chunk) && parse(chunks) !== undefined)) end();
    });
  });
}

/** A file, or a pipe of Claude Code, which writes at once and closes it. */
function isSureToEnd(): boolean {
  return process.env["CLAUDE_PROJECT_DIR"] !== undefined || isFile();
}

function isFile(): boolean {
  try {
    return fstatSync(0).isFile();
  } catch {
    // Closed: the stream says so as well.
    return false;
  }
}

/** An eighth of a call cheaper than the stream; but a read that nothing ends can not be taken back. */
function createDescriptorSource(): Source {
  let isStopped = false;
  let isReading = false;
  const readNext = (take: Take) => {
    if (isStopped) return;
    isReading = true;
    read(0, Buffer.allocUnsafe(PIECE_BYTES), 0, PIECE_BYTES, null, (error, bytes, buffer) => {
      isReading = false;
      if (isStopped) return;
      if (hasCode(error, "EAGAIN")) {
        setTimeout(readNext, RETRY_MS, take);
        return;
      }
      // Windows ends a pipe with an error.
      take(error ? Buffer.alloc(0) : buffer.subarray(0, bytes));
      if (!error && bytes > 0) readNext(take);
    });
  };
  return {
    start: readNext,
    stop: () => {
      isStopped = true;
      if (isReading) process.on("exit", leave);
    },
  };
}

/**
 * With everything said, Node would wait for the thread that reads, and so for the writer. Another program in our place ends
 * at once and well; a Node that cannot do that (20) has nothing but a signal.
 */
function leave(code: number): void {
  const replace: unknown = Reflect.get(process, "execve");
  if (typeof replace === "function") Reflect.apply(replace, process, ["/bin/sh", ["sh", "-c", `exit ${code}`]]);
  process.kill(process.pid, "SIGKILL");
}

function createStreamSource(): Source {
  const end = (take: Take) => take(Buffer.alloc(0));
  return {
    start: (take) => {
      process.stdin
        .on("data", take)
        .on("end", () => end(take))
        .on("error", () => end(take));
    },
    // Open, it would keep the process alive.
    stop: () => process.stdin.destroy(),
  };
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
