// Cuts a stream of bytes into lines with bounded memory. A line that is too long is dropped, not cut: half a message
// could say what the whole one does not.

const LINE_FEED = 10;
const FIRST_BYTES = 4096;

export type Line = Buffer | "too-long";
export type LineSplitter = {
  /** Lines without their line feed; each is good only until the next call. */
  push: (chunk: Buffer) => Line[];
  /** The last line, when it had no line feed. */
  end: () => Line | undefined;
};

export function createLineSplitter(maxLineBytes: number): LineSplitter {
  let held = Buffer.alloc(0);
  let bytes = 0;

  const hold = (part: Buffer) => {
    const before = bytes;
    bytes += part.byteLength;
    if (bytes > maxLineBytes) return;
    // Doubling: a line that comes byte by byte must not cost a copy of itself for each.
    if (bytes > held.byteLength) {
      const wider = Buffer.allocUnsafe(Math.min(maxLineBytes, Math.max(FIRST_BYTES, bytes * 2)));
      held.copy(wider, 0, 0, before);
      held = wider;
    }
    part.copy(held, before);
  };
  const take = (part: Buffer): Line => {
    if (bytes === 0) return part.byteLength > maxLineBytes ? "too-long" : part;
    hold(part);
    const line = bytes > maxLineBytes ? "too-long" : held.subarray(0, bytes);
    held = Buffer.alloc(0);
    bytes = 0;
    return line;
  };

  return {
    push: (chunk) => {
      const lines: Line[] = [];
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
        lines.push(take(chunk.subarray(start, end)));
        start = end + 1;
      }
      if (start < chunk.byteLength) hold(chunk.subarray(start));
      return lines;
    },
    end: () => (bytes === 0 ? undefined : take(Buffer.alloc(0))),
  };
}
