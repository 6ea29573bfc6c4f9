// Reads a few values of a JSON object's outermost level while its bytes pass, in any chunks and with memory that does not
// grow. What stands deeper never counts: a tool's input can hold any key.

export type TopLevelReader = {
  push: (chunk: Buffer) => void;
  /** As JSON text; undefined when the key was missing, too long or not read yet. */
  read: (key: string) => string | undefined;
  /** Also when its value is too long to be read. */
  has: (key: string) => boolean;
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = [0x7b, 0x5b];
const CLOSE = [0x7d, 0x5d];
const COMMA = 0x2c;
const COLON = 0x3a;
const MAX_KEY_BYTES = 64;
const MAX_VALUE_BYTES = 2_048;

export function createTopLevelReader(wanted: readonly string[]): TopLevelReader {
  const values = new Map<string, string | undefined>();
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  /** The key whose value passes; undefined between a comma and a colon. */
  let key: string | undefined;
  let kept: Buffer[] = [];
  let keptBytes = 0;

  const isKept = () => depth >= 1 && (key === undefined ? depth === 1 : wanted.includes(key));
  const keep = (piece: Buffer) => {
    const most = key === undefined ? MAX_KEY_BYTES : MAX_VALUE_BYTES;
    // One byte over the limit marks it as too long.
    const room = most + 1 - keptBytes;
    if (room <= 0 || piece.length === 0) return;
    kept.push(Buffer.from(piece.subarray(0, room)));
    keptBytes += Math.min(room, piece.length);
  };
  const take = (most: number): string | undefined => {
    const text = keptBytes > most ? undefined : Buffer.concat(kept).toString("utf8").trim();
    kept = [];
    keptBytes = 0;
    return text;
  };
  const endValue = () => {
    const name = key;
    const text = take(MAX_VALUE_BYTES);
    key = undefined;
    if (name === undefined || !wanted.includes(name)) return;
    // Of two equal keys the last counts, as for whoever parses the whole.
    values.set(name, text);
  };

  /** The index behind the string's end, or the length. */
  const passString = (chunk: Buffer, from: number): number => {
    let index = from;
    if (isEscaped && index < chunk.length) {
      isEscaped = false;
      index += 1;
    }
    while (index < chunk.length) {
      const quote = chunk.indexOf(QUOTE, index);
      const end = quote < 0 ? chunk.length : quote;
      let escapes = 0;
      while (end - 1 - escapes >= index && chunk[end - 1 - escapes] === BACKSLASH) escapes += 1;
      const isOdd = escapes % 2 === 1;
      if (quote < 0) {
        isEscaped = isOdd;
        return chunk.length;
      }
      index = quote + 1;
      if (isOdd) continue;
      isInString = false;
      return index;
    }
    return index;
  };

  const push = (chunk: Buffer) => {
    let index = 0;
    let from = 0;
    const flush = (to: number) => {
      if (isKept()) keep(chunk.subarray(from, to));
      from = to;
    };
    while (index < chunk.length) {
      if (isInString) {
        index = passString(chunk, index);
        continue;
      }
      const byte = chunk[index] ?? 0;
      index += 1;
      if (byte === QUOTE) isInString = true;
      else if (OPEN.includes(byte)) {
        depth += 1;
        // The outermost brace itself is part of no key.
        if (depth === 1) from = index;
      } else if (CLOSE.includes(byte)) {
        if (depth === 1) {
          flush(index - 1);
          endValue();
        }
        depth -= 1;
      } else if (depth === 1 && byte === COMMA) {
        flush(index - 1);
        endValue();
        from = index;
      } else if (depth === 1 && byte === COLON && key === undefined) {
        flush(index - 1);
        key = toKey(take(MAX_KEY_BYTES));
        from = index;
      }
    }
    flush(chunk.length);
  };

  return { push, read: (name) => values.get(name), has: (name) => values.has(name) };
}

function toKey(text: string | undefined): string {
  try {
    const key: unknown = JSON.parse(text ?? "");
    return typeof key === "string" ? key : "";
  } catch {
    // Too long, or no JSON: then it is none of those that are wanted.
    return "";
  }
}
