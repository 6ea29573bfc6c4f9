// Bytes to lines: the same lines, however the bytes come.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLineSplitter, type Line } from "../../../../bridge/cli/limit/line-splitter.ts";

const MAX_BYTES = 12;

/** As text, since a line is good only until the next call. */
function split(chunks: readonly Buffer[]): string[] {
  const splitter = createLineSplitter(MAX_BYTES);
  const toText = (line: Line) =>
    Buffer.isBuffer(line) ? line.toString("latin1") : `too long: …${line.end.toString("latin1")}`;
  const lines = chunks.flatMap((chunk) => splitter.push(chunk).map(toText));
  const last = splitter.end();
  return last === undefined ? lines : [...lines, toText(last)];
}

describe("lines", () => {
  test.each([
    ["", []],
    ["a", ["a"]],
    ["a\n", ["a"]],
    ["a\nb", ["a", "b"]],
    ["\n\n", ["", ""]],
    ["123456789012\n", ["123456789012"]],
    ["1234567890123\n", ["too long: …234567890123"]],
    ["12345678901234567890123456\nok\n", ["too long: …567890123456", "ok"]],
    ["ok\n1234567890123", ["ok", "too long: …234567890123"]],
  ])("of %j", (text, lines) => {
    expect(split([Buffer.from(text)])).toEqual(lines);
    expect(split([...Buffer.from(text)].map((byte) => Buffer.from([byte])))).toEqual(lines);
  });

  test("do not depend on where the bytes are cut", () => {
    const bytes = fc.array(fc.constantFrom(10, 97, 98, 200), { maxLength: 80 });
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(80), { maxLength: 10 }), (values, cuts) => {
        const whole = Buffer.from(values);
        const edges = [0, ...[...cuts].sort((a, b) => a - b), whole.length];
        const chunks = edges.slice(1).map((edge, index) => whole.subarray(edges[index], edge));
        expect(split(chunks)).toEqual(split([whole]));
      }),
      { seed: 9, numRuns: 2000 },
    );
  });
});
