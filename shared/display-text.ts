// Makes text from outside (names, labels, e-mail) harmless to show: in a terminal, a status line, a page, a prompt.

// Controls, format and bidi characters, surrogates, private use, unassigned, separators of lines, what has no shape.
const UNSHOWABLE = ["C", "Zl", "Zp", "Variation_Selector", "Default_Ignorable_Code_Point"];

/** Made at the first need: only to parse a literal of these classes costs a twentieth of a whole CLI call. */
let patterns: { unshowable: RegExp; stackedMarks: RegExp } | undefined;

function toPatterns() {
  const classes = UNSHOWABLE.map((name) => `\\p{${name}}`).join("");
  const mark = "\\p{M}";
  return {
    unshowable: new RegExp(`[${classes}]`, "gu"),
    stackedMarks: new RegExp(`(${mark}{3})${mark}+`, "gu"),
  };
}

/** Most names and labels: nothing in them to replace, and no pattern to make. */
const PLAIN = /^[ -~]*$/;

/** The text with every character that could act replaced by U+FFFD, cut to `maxCharacters` code points. */
export function toDisplayText(text: string, maxCharacters = 64): string {
  if (text.length <= maxCharacters && PLAIN.test(text)) return text;
  patterns ??= toPatterns();
  const shown = text
    .slice(0, maxCharacters * 8)
    .replace(patterns.unshowable, "\u{FFFD}")
    .replace(patterns.stackedMarks, "$1");
  const characters = [...shown];
  return characters.length <= maxCharacters ? shown : `${characters.slice(0, maxCharacters - 1).join("")}…`;
}
