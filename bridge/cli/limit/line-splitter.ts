// Cuts a stream of bytes into lines with bounded memory. Of a line that is too long only its end is kept, and it is marked
// as such: half a message could say what the whole one does not.
import { createHeldBytes } from "./held-bytes.ts";

const LINE_FEED = 10;

export type Line = Buffer | { end: Buffer };
export type LineSplitter = {
  /** Lines without their line feed; each is good only until the next call. */
  push: (chunk: Buffer) => Line[];
  /** The last line, when it had no line feed. */
  end: () => Line | undefined;
};

export function createLineSplitter(maxLineBytes: number): LineSplitter {
  const begun = createHeldBytes(maxLineBytes);

  const take = (part: Buffer): Line => {
    if (begun.isEmpty()) return part.byteLength > maxLineBytes ? { end: part.subarray(-maxLineBytes) } : part;
    begun.add(part);
    const isTooLong = begun.isTooLong();
    const line = begun.take();
    return isTooLong ? { end: line } : line;
  };

  return {
    push: (chunk) => {
      const lines: Line[] = [];
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
        lines.push(take(chunk.subarray(start, end)));
        start = end + 1;
      }
      if (start < chunk.byteLength) begun.add(chunk.subarray(start));
      return lines;
    },
    end: () => (begun.isEmpty() ? undefined : take(Buffer.alloc(0))),
  };
}
