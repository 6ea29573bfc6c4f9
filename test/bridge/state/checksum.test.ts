// A text with its checksum is read as it was written or not at all.
import { expect, test } from "vitest";
import { hasRightChecksum, toCheckedText } from "../../../bridge/state/checksum.ts";
import { statusSchema } from "../../../shared/row.ts";
import { createStatus } from "../../shared/wire-examples.ts";

const status = createStatus();
const text = toCheckedText(status);

test("it is the same JSON with one field more", () => {
  const { checksum, ...rest } = statusSchema.parse(JSON.parse(text));
  expect(rest).toEqual(status);
  expect(checksum).toMatch(/^[0-9a-f]{8}$/);
  expect(hasRightChecksum(text)).toBe(true);
});

test("no bit of it can fall over without being noticed, or without the value staying what it was", () => {
  const bytes = Buffer.from(text);
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const broken = Buffer.from(bytes);
    broken.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const isOfTheChecksum = bit >> 3 >= text.lastIndexOf(',"checksum"');
    if (!isOfTheChecksum) expect(hasRightChecksum(broken.toString()), `bit ${bit}`).toBe(false);
  }
});

test("a text without one is taken as it is", () => {
  expect(hasRightChecksum(JSON.stringify(status))).toBe(true);
  expect(hasRightChecksum("")).toBe(true);
});
