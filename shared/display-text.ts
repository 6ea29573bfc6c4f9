// Makes text from outside (names, labels, e-mail) harmless to show: in a terminal, a status line, a page, a prompt.

// Controls, format and bidi characters, surrogates, private use, unassigned, separators, and whatever shows as nothing.
const UNSHOWABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const STACKED_MARKS = /(\p{M}{3})\p{M}+/gu;

/** The text with every character that could act replaced by U+FFFD, cut to `maxCharacters` code points. */
export function toDisplayText(text: string, maxCharacters = 64): string {
  const shown = text
    .slice(0, maxCharacters * 8)
    .replace(UNSHOWABLE, "\u{FFFD}")
    .replace(STACKED_MARKS, "$1");
  const characters = [...shown];
  return characters.length <= maxCharacters ? shown : `${characters.slice(0, maxCharacters - 1).join("")}…`;
}
