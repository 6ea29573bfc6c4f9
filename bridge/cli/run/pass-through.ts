// Passes one output of the command on, byte for byte and no faster than its reader takes it.
import type { Readable, Writable } from "node:stream";

export type PassThrough = {
  /** Everything was handed on, or nobody reads it any more. */
  ended: Promise<void>;
  /** How long nothing came although the reader would take it. */
  quietMs: () => number;
  /** Gives up what has not come yet. */
  cut: () => void;
};

export function passThrough(from: Readable, to: Writable, onChunk: (chunk: Buffer) => void): PassThrough {
  let lastMs = performance.now();
  let isWaiting = false;
  const onDrain = () => {
    isWaiting = false;
    lastMs = performance.now();
    from.resume();
  };
  // Without a reader the command must notice, as it would without us: its next write fails.
  const onBroken = () => from.destroy();

  const ended = new Promise<void>((resolve) => {
    from.on("close", () => {
      isWaiting = false;
      to.off("drain", onDrain).off("error", onBroken).off("close", onBroken);
      resolve();
    });
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
    cut: () => from.destroy(),
  };
}
