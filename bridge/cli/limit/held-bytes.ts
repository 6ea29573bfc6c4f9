// Bytes that come in pieces and are wanted whole, up to a size; beyond it only the last of them are kept.

const FIRST_BYTES = 4096;

export type HeldBytes = {
  add: (part: Buffer) => void;
  isEmpty: () => boolean;
  isTooLong: () => boolean;
  /** What was added since the last call; when it was too long, its last `maxBytes`. */
  take: () => Buffer;
};

export function createHeldBytes(maxBytes: number): HeldBytes {
  let held = Buffer.alloc(0);
  let bytes = 0;

  const widen = () => {
    if (bytes <= held.byteLength) return;
    // Doubling: what comes byte by byte must not cost a copy of itself for each.
    const wider = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(FIRST_BYTES, bytes * 2)));
    held.copy(wider);
    held = wider;
  };
  return {
    add: (part) => {
      bytes += part.byteLength;
      if (held.byteLength < maxBytes) widen();
      // Once it is full it is a ring.
      const last = part.subarray(-maxBytes);
      const at = (bytes - last.byteLength) % maxBytes;
      last.copy(held, at);
      last.subarray(maxBytes - at).copy(held);
    },
    isEmpty: () => bytes === 0,
    isTooLong: () => bytes > maxBytes,
    take: () => {
      const end = bytes % maxBytes;
      const whole =
        bytes > maxBytes ? Buffer.concat([held.subarray(end), held.subarray(0, end)]) : held.subarray(0, bytes);
      held = Buffer.alloc(0);
      bytes = 0;
      return whole;
    },
  };
}
