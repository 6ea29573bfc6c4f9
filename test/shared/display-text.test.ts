// No text from outside may act, hide or spread, wherever it is shown.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toDisplayText } from "../../shared/display-text.ts";

const LOST = "\u{FFFD}";

/** Characters that act or can not be seen: controls, format, surrogates, private, unassigned, separators, selectors. */
const HARMFUL = /[\p{C}\p{Zl}\p{Zp}\p{Variation_Selector}]/u;

function toCodePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

describe("a harmless text stays as it is", () => {
  test.each([
    "user@example.com",
    "user@example.com's Organization",
    "Fable",
    "寓話",
    "مثال",
    "Ünïcödé ß œ",
    "e\u0301 with a mark",
    "emoji 😀 too",
    "a b\u00a0c",
    "`$(date)` #(date) %H \\ \" ' <b>",
    "",
  ])("%j", (text) => {
    expect(toDisplayText(text)).toBe(text);
  });
});

describe("a character that acts is shown as a replacement", () => {
  test.each([
    ["NUL", "\u0000"],
    ["bell", "\u0007"],
    ["backspace", "\u0008"],
    ["tab", "\t"],
    ["line feed", "\n"],
    ["carriage return", "\r"],
    ["vertical tab", "\u000b"],
    ["form feed", "\u000c"],
    ["escape", "\u001b"],
    ["delete", "\u007f"],
    ["C1 next line", "\u0085"],
    ["C1 device control string", "\u0090"],
    ["C1 CSI", "\u009b"],
    ["C1 OSC", "\u009d"],
    ["C1 application command", "\u009f"],
    ["soft hyphen", "\u00ad"],
    ["Arabic letter mark", "\u061c"],
    ["Mongolian vowel separator", "\u180e"],
    ["zero-width space", "\u200b"],
    ["zero-width non-joiner", "\u200c"],
    ["zero-width joiner", "\u200d"],
    ["left-to-right mark", "\u200e"],
    ["right-to-left mark", "\u200f"],
    ["line separator", "\u2028"],
    ["paragraph separator", "\u2029"],
    ["left-to-right embedding", "\u202a"],
    ["pop directional formatting", "\u202c"],
    ["right-to-left override", "\u202e"],
    ["word joiner", "\u2060"],
    ["left-to-right isolate", "\u2066"],
    ["pop directional isolate", "\u2069"],
    ["byte order mark", "\ufeff"],
    ["interlinear annotation", "\ufff9"],
    ["variation selector 1", "\ufe00"],
    ["variation selector 16", "\ufe0f"],
    ["variation selector 17", "\u{e0100}"],
    ["variation selector 256", "\u{e01ef}"],
    ["Mongolian variation selector 1", "\u180b"],
    ["Mongolian variation selector 4", "\u180f"],
    ["language tag", "\u{e0001}"],
    ["tag letter A", "\u{e0041}"],
    ["cancel tag", "\u{e007f}"],
    ["private use", "\ue000"],
    ["private use, plane 16", "\u{10fffd}"],
    ["noncharacter", "\uffff"],
    ["unassigned", "\u0378"],
    ["lone high surrogate", "\ud83d"],
    ["lone low surrogate", "\ude00"],
  ])("%s", (_name, character) => {
    expect(toDisplayText(`a${character}b`)).toBe(`a${LOST}b`);
    expect(toDisplayText(character)).toBe(LOST);
  });
});

describe("a character that can not be seen is shown as a replacement", () => {
  // Letters and marks by category, invisible all the same: Unicode lists them as Default_Ignorable_Code_Point.
  test.each([
    ["combining grapheme joiner", "\u034f"],
    ["Hangul choseong filler", "\u115f"],
    ["Hangul jungseong filler", "\u1160"],
    ["Khmer inherent vowel", "\u17b4"],
    ["Hangul filler", "\u3164"],
    ["halfwidth Hangul filler", "\uffa0"],
  ])("%s", (_name, character) => {
    expect(toDisplayText(`a${character}b`)).toBe(`a${LOST}b`);
  });
});

describe("an attack on the terminal is only letters afterwards", () => {
  test.each([
    ["the clipboard", "x\u001b]52;c;aGk=\u0007y", "x\u{FFFD}]52;c;aGk=\u{FFFD}y"],
    ["the title, ended by ST", "x\u001b]0;t\u001b\\y", "x\u{FFFD}]0;t\u{FFFD}\\y"],
    ["the title, by C1", "x\u009d0;t\u009cy", "x\u{FFFD}0;t\u{FFFD}y"],
    ["a link", "\u001b]8;;http://x\u001b\\y", "\u{FFFD}]8;;http://x\u{FFFD}\\y"],
    ["clearing the screen", "\u001b[2J\u001b[H", "\u{FFFD}[2J\u{FFFD}[H"],
    ["a better percentage", "99%\r 1%", "99%\u{FFFD} 1%"],
    ["a second line", "ok\nGO: 0 %", "ok\u{FFFD}GO: 0 %"],
    ["a name read backwards", "\u202etxt.exe", "\u{FFFD}txt.exe"],
    ["words only a model reads", "a\u{e0067}\u{e006f}", "a\u{FFFD}\u{FFFD}"],
  ])("%s", (_name, text, shown) => {
    expect(toDisplayText(text)).toBe(shown);
  });
});

describe("marks do not pile up over other lines", () => {
  test.each([
    [0, 0],
    [1, 1],
    [3, 3],
    [4, 3],
    [200, 3],
  ])("of %i marks on one letter %i are kept", (count, kept) => {
    expect(toDisplayText(`a${"\u0301".repeat(count)}b`)).toBe(`a${"\u0301".repeat(kept)}b`);
  });

  test("marks of different kinds count together", () => {
    expect(toDisplayText("a\u0301\u0489\u20dd\u0302\u0303b")).toBe("a\u0301\u0489\u20ddb");
  });
});

describe("a text is cut by characters, not by bytes", () => {
  test.each([
    ["a".repeat(64), 64, "a".repeat(64)],
    ["a".repeat(65), 64, `${"a".repeat(63)}…`],
    ["😀".repeat(64), 64, "😀".repeat(64)],
    ["😀".repeat(65), 64, `${"😀".repeat(63)}…`],
    ["abcd", 3, "ab…"],
    ["abc", 3, "abc"],
    ["abc", 1, "…"],
  ])("%s at most %i", (text, max, shown) => {
    expect(toDisplayText(text, max)).toBe(shown);
  });

  test("a megabyte is cut like anything else", () => {
    expect(toDisplayText("x".repeat(1_000_000))).toBe(`${"x".repeat(63)}…`);
  });
});

describe("whatever the text", () => {
  const half = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));
  const mark = fc.constantFrom("\u0300", "\u0301", "\u0489", "\u20dd", "\u{1e8d0}");
  const ranges = [
    [0x00, 0x1f],
    [0x7f, 0x9f],
    [0x2000, 0x206f],
    [0xd800, 0xdfff],
    [0xfe00, 0xfe0f],
    [0xe0000, 0xe01ef],
  ] as const;
  const nasty = fc.oneof(
    ...ranges.map(([min, max]) => fc.integer({ min, max }).map((code) => String.fromCodePoint(code))),
  );
  const piece = fc.oneof(half, mark, nasty, fc.string({ unit: "binary" }));
  const text = fc.array(piece, { maxLength: 200 }).map((pieces) => pieces.join(""));
  const max = fc.integer({ min: 1, max: 128 });

  test("nothing that acts is left, no pile of marks, and never more than the characters asked for", () => {
    fc.assert(
      fc.property(text, max, (input, maxCharacters) => {
        const shown = toDisplayText(input, maxCharacters);
        expect([...shown].filter((character) => HARMFUL.test(character)).map(toCodePoint)).toEqual([]);
        expect(shown).not.toMatch(/\p{M}{4}/u);
        expect([...shown].length).toBeLessThanOrEqual(maxCharacters);
      }),
      { seed: 1, numRuns: 5000 },
    );
  });

  test("a second pass changes nothing", () => {
    fc.assert(
      fc.property(text, max, (input, maxCharacters) => {
        const shown = toDisplayText(input, maxCharacters);
        expect(toDisplayText(shown, maxCharacters)).toBe(shown);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  test("something is left of every text that had something", () => {
    fc.assert(
      fc.property(text, max, (input, maxCharacters) => {
        expect(toDisplayText(input, maxCharacters) === "").toBe(input === "");
      }),
      { seed: 3 },
    );
  });
});
