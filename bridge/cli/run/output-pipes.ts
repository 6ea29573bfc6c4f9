// Real pipes for what a command prints. Node's own are sockets: a script's `> /dev/stderr` cannot open them, and who writes
// to one whose reader left gets a reset instead of SIGPIPE.
import { execFileSync } from "node:child_process";
import { closeSync, constants, fstatSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

export type OutputPipe = {
  /** For the command; to be closed here once it has started. */
  fd: number;
  reader: Readable;
};

/** Named pipes that lose their names at once; undefined where the system makes none, such as Windows. */
export function openPipes(count: number): OutputPipe[] | undefined {
  if (process.platform === "win32") return undefined;
  const folder = mkdtempSync(join(tmpdir(), "claude-meter-run-"));
  const pipes: OutputPipe[] = [];
  try {
    const paths = Array.from({ length: count }, (_, index) => join(folder, String(index)));
    execFileSync("mkfifo", ["-m", "600", ...paths], { stdio: "ignore" });
    for (const path of paths) pipes.push(openPipe(path));
    return pipes;
  } catch {
    // A full or read-only temporary folder: sockets do for nearly everything.
    closePipes(pipes);
    for (const { reader } of pipes) reader.destroy();
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Without a writer yet, only an opening that does not wait succeeds. */
function openPipe(path: string): OutputPipe {
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const fd = openOrClose(path, reading);
  return { fd, reader: new Socket({ fd: reading, readable: true, writable: false }) };
}

function openOrClose(path: string, reading: number): number {
  try {
    return openSync(path, constants.O_WRONLY);
  } catch (error) {
    closeSync(reading);
    throw error;
  }
}

export function closePipes(pipes: readonly OutputPipe[]): void {
  for (const { fd } of pipes) closeSync(fd);
}

/** `> log 2>&1`, or a terminal: then one pipe keeps the order of both. Nobody sees an order in /dev/null. */
export function hasOneTarget(): boolean {
  try {
    const [out, err] = [fstatSync(1), fstatSync(2)];
    const isNowhere = process.platform !== "win32" && out.isCharacterDevice() && out.rdev === NULL_DEVICE;
    return out.dev === err.dev && out.ino === err.ino && !isNowhere;
  } catch {
    // One of them is closed.
    return false;
  }
}

/** Linux: major 1, minor 3. */
const NULL_DEVICE = 0x103;
