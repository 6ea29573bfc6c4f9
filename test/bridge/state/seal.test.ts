// A sealed text is read as it was written or not at all.
import { expect, test } from "vitest";
import { hasRightSeal, toSealedText } from "../../../bridge/state/seal.ts";
import { statusSchema } from "../../../shared/row.ts";
import { createStatus } from "../../shared/wire-examples.ts";

const status = createStatus();
const text = toSealedText(status);

test("a sealed text is the same JSON with one field more", () => {
  const { seal, ...rest } = statusSchema.parse(JSON.parse(text));
  expect(rest).toEqual(status);
  expect(seal).toMatch(/^[0-9a-f]{8}$/);
  expect(hasRightSeal(Buffer.from(text))).toBe(true);
});

test("no bit of it can fall over without being noticed, or without the value staying what it was", () => {
  const bytes = Buffer.from(text);
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const broken = Buffer.from(bytes);
    broken.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const isOfTheSeal = bit >> 3 >= text.lastIndexOf(',"seal"');
    if (!isOfTheSeal) expect(hasRightSeal(broken), `bit ${bit}`).toBe(false);
  }
});

test("a text without a seal is taken as it is", () => {
  expect(hasRightSeal(Buffer.from(JSON.stringify(status)))).toBe(true);
  expect(hasRightSeal(Buffer.alloc(0))).toBe(true);
});
