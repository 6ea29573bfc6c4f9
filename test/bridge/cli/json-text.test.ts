// JSON that goes to a terminal acts on nothing there, and says the same as any JSON.
import fc from "fast-check";
import { expect, test } from "vitest";
import { toJsonText } from "../../../bridge/cli/json-text.ts";

/** What a terminal obeys or a reader can not see. */
const ACTING = /[\p{Cc}\p{Bidi_C}\p{Zl}\p{Zp}\u200b-\u200d\ufeff\u{e0000}-\u{e007f}]/u;

test.each([
  ["a C1 control", "\u009b31m", '"\\u009b31m"'],
  ["an escape", "\u001b[31m", '"\\u001b[31m"'],
  ["a turn of direction", "99 %\u202e1", '"99 %\\u202e1"'],
  ["a tag", "\u{e0041}", '"\\udb40\\udc41"'],
  ["a name in any script", "Ünïcödé 寓話 😀", '"Ünïcödé 寓話 😀"'],
])("%s", (_what, text, written) => {
  expect(toJsonText(text)).toBe(written);
});

test("any value reads back as itself, and nothing that acts is left", () => {
  const harmful = fc.constantFrom(
    ..."\u0000\u0007\u0008\r\n\u001b\u007f\u0085\u009b\u009d\u200b\u200e\u202e\u2066\u2028\ufeff",
  );
  const text = fc.string({ unit: fc.oneof(fc.string({ unit: "binary" }), harmful) });
  const value = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.array(text)));
  fc.assert(
    fc.property(value, (given) => {
      const written = toJsonText(given);
      expect(written).not.toMatch(ACTING);
      expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(given)));
    }),
  );
});
