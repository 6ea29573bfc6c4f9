// Passes one output of the command on, byte for byte and no faster than its reader takes it.
import { createWriteStream, fstatSync } from "node:fs";
import type { Readable, Writable } from "node:stream";

export type PassThrough = {
  /** Everything was handed on, or nobody takes it any more. */
  ended: Promise<void>;
  /** How long nothing came although the reader would take it. */
  quietMs: () => number;
  /** Gives up what has not come yet. */
  cut: () => void;
  /** The system's word for why output was lost, such as ENOSPC; a reader that left on its own loses nothing it wanted. */
  lost: () => string | undefined;
};

/** What a reader that went away leaves behind. */
const LEFT = new Set(["EPIPE", "ECONNRESET", "ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END"]);

/**
 * Our own stdout or stderr. For a file it is a stream that goes on where a write came short: Node's own takes half of a
 * chunk on a full disk for all of it, and has nothing that writes to a block device.
 */
export function openOutput(own: NodeJS.WriteStream & { fd: 1 | 2 }): Writable {
  try {
    const stat = fstatSync(own.fd);
    const isPlain = stat.isFile() || stat.isBlockDevice() || (stat.isCharacterDevice() && !own.isTTY);
    return isPlain ? createWriteStream("", { fd: own.fd, autoClose: false }) : own;
  } catch {
    return own;
  }
}

export function passThrough(from: Readable, to: Writable, onChunk: (chunk: Buffer) => void): PassThrough {
  let lastMs = performance.now();
  let isWaiting = false;
  let lost: string | undefined;
  const onDrain = () => {
    isWaiting = false;
    lastMs = performance.now();
    from.resume();
  };
  // Without a reader the command must notice, as it would without us: its next write fails.
  const onBroken = (error?: unknown) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    if (code !== undefined && !LEFT.has(code)) lost ??= code;
    from.destroy();
  };

  const closed = new Promise<void>((resolve) => {
    from.on("close", () => resolve());
  });
  let giveUp: () => void = () => undefined;
  const givenUp = new Promise<void>((resolve) => {
    giveUp = resolve;
  });
  // The last bytes may still fail on their way to a disk; a reader that takes nothing is not waited for after `cut`.
  const ended = closed.then(async () => {
    isWaiting = true;
    await Promise.race([flush(to), givenUp]);
    isWaiting = false;
    to.off("drain", onDrain).off("error", onBroken).off("close", onBroken);
  });
  // A read that fails ends the output like its end does.
  from.on("error", () => from.destroy());
  to.on("drain", onDrain).on("error", onBroken).on("close", onBroken);
  from.on("data", (chunk: Buffer) => {
    lastMs = performance.now();
    if (!to.write(chunk)) {
      isWaiting = true;
      from.pause();
    }
    onChunk(chunk);
  });
  if (to.destroyed || !to.writable) from.destroy();

  return {
    ended,
    quietMs: () => (isWaiting ? 0 : performance.now() - lastMs),
    cut: () => {
      giveUp();
      from.destroy();
    },
    lost: () => lost,
  };
}

/** Until what was written is out, or nobody takes it any more. */
export async function flush(to: Writable): Promise<void> {
  if (to.destroyed || !to.writable) return;
  await new Promise<void>((resolve) => {
    to.once("close", resolve);
    to.write("", () => resolve());
  });
}
