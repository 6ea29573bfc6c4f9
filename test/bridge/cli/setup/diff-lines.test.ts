// The change as a user is shown it before it is written.
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDiff } from "../../../../bridge/cli/setup/diff-lines.ts";

test("two lines around each change are shown, and the rest is left out", () => {
  const before = "a\nb\nc\nd\ne\nf\ng\nh\ni\n";
  const after = "a\nb\nc\nX\ne\nf\ng\nh\ni\nY\n";
  expect(formatDiff(before, after)).toEqual("  b|  c|- d|+ X|  e|  f|  …|  h|  i|+ Y".split("|"));
});

test("a new file is all new", () => {
  expect(formatDiff("", "{}\n")).toEqual(["+ {}"]);
});

test("text that could act on a terminal is shown harmless", () => {
  expect(formatDiff("", '"\u{9B}2J\u{202E}"\n')).toEqual(['+ "\u{FFFD}2J\u{FFFD}"']);
});

test("what is taken out and put in makes the one text of the other", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      const shown = formatDiff(a.join("\n"), b.join("\n"));
      const out = shown.filter((line) => line.startsWith("-")).map((line) => line.slice(2));
      const added = shown.filter((line) => line.startsWith("+")).map((line) => line.slice(2));
      const rest = (all: readonly string[], taken: readonly string[]) => {
        const left = [...all];
        for (const line of taken) left.splice(left.indexOf(line), 1);
        return left.toSorted();
      };
      expect(rest(a, out)).toEqual(rest(b, added));
      if (a.join("\n") === b.join("\n")) expect(shown).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
