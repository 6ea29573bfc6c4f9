// Bytes that come in pieces and are wanted whole, up to a size; beyond it they are only counted.

const FIRST_BYTES = 4096;

export type HeldBytes = {
  add: (part: Buffer) => void;
  isEmpty: () => boolean;
  isTooLong: () => boolean;
  /** What was added since the last call; not to be used when it was too long. */
  take: () => Buffer;
};

export function createHeldBytes(maxBytes: number): HeldBytes {
  let held = Buffer.alloc(0);
  let bytes = 0;
  return {
    add: (part) => {
      const before = bytes;
      bytes += part.byteLength;
      if (bytes > maxBytes) return;
      // Doubling: what comes byte by byte must not cost a copy of itself for each.
      if (bytes > held.byteLength) {
        const wider = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(FIRST_BYTES, bytes * 2)));
        held.copy(wider, 0, 0, before);
        held = wider;
      }
      part.copy(held, before);
    },
    isEmpty: () => bytes === 0,
    isTooLong: () => bytes > maxBytes,
    take: () => {
      const whole = held.subarray(0, Math.min(bytes, held.byteLength));
      held = Buffer.alloc(0);
      bytes = 0;
      return whole;
    },
  };
}
