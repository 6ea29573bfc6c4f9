// Chrome's native messaging frames: a 32-bit length in the machine's byte order, then JSON in UTF-8.
// https://developer.chrome.com/docs/extensions/develop/concepts/native-messaging
import { endianness } from "node:os";
import { parseJson } from "../../shared/json.ts";

const MAX_BYTES = 64 * 1024;
const isLittle = endianness() === "LE";

/** The first message of the input; throws when there is none or it is larger than any of ours. */
export async function readMessage(input: AsyncIterable<unknown> = process.stdin): Promise<unknown> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of input) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes = Buffer.concat([bytes, chunk]);
    const length = bytes.length < 4 ? undefined : isLittle ? bytes.readUInt32LE(0) : bytes.readUInt32BE(0);
    if (length !== undefined && length > MAX_BYTES) break;
    if (length !== undefined && bytes.length >= 4 + length) return parseJson(bytes.toString("utf8", 4, 4 + length));
  }
  throw new Error("no message");
}

export function toFrame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const length = Buffer.alloc(4);
  if (isLittle) length.writeUInt32LE(body.length);
  else length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

export async function writeMessage(message: unknown): Promise<void> {
  await new Promise<void>((resolve) => {
    // The browser has ended meanwhile, and nobody wants the answer any more.
    process.stdout.on("error", () => resolve());
    process.stdout.write(toFrame(message), () => resolve());
  });
  // stdin stays open as long as the browser likes.
  process.exit();
}
