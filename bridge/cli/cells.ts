// Text in a terminal's cells: how many it takes, cut to a width, padded to one, broken into lines. Pure.
import { eastAsianWidth } from "get-east-asian-width";

/** Below the combining marks each character is one cell. */
const NARROW = /^[\0-\u02FF]*$/;

/** Made at the first need: parsing the class is dear. */
let mark: RegExp | undefined;

/** Of a text made for a terminal: no controls, no joiners, no selectors. At most this many, whatever the terminal joins. */
export function toCells(text: string): number {
  if (NARROW.test(text)) return text.length;
  return [...text].reduce((sum, character) => sum + toCharacterCells(character), 0);
}

function toCharacterCells(character: string): number {
  mark ??= /[\p{Mn}\p{Me}]/u;
  return mark.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0);
}

/** At most `cells` wide; what was cut ends in an ellipsis. */
export function cut(text: string, cells: number): string {
  if (toCells(text) <= cells) return text;
  let kept = "";
  let room = cells - 1;
  for (const character of text) {
    room -= toCharacterCells(character);
    if (room < 0) return cells < 1 ? "" : `${kept}…`;
    kept += character;
  }
  return kept;
}

/** Exactly `cells` wide. */
export function pad(text: string, cells: number): string {
  const shown = cut(text, cells);
  return `${shown}${" ".repeat(Math.max(0, cells - toCells(shown)))}`;
}

/** What a line is never broken within: an option in brackets, a command in backticks, a word. */
const PIECES = /\[[^\]]*\]\S*|`[^`]*`\S*|\S+/g;

/** Broken at blanks into lines of at most `cells`; a word that is longer stays whole on a line of its own. */
export function wrap(text: string, cells: number): string[] {
  const lines: string[] = [];
  const pieces = text.match(PIECES) ?? [];
  for (const word of pieces.flatMap((piece) => (toCells(piece) <= cells ? piece : piece.split(" ")))) {
    const last = lines.at(-1);
    if (last !== undefined && toCells(last) + 1 + toCells(word) <= cells) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
