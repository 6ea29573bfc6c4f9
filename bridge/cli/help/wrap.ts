// Help texts in the width of a terminal: each line goes on under the place where its meaning begins. Pure.
import { wrap } from "../cells.ts";

/** Narrower, and a meaning gets lines of its own below its term. */
const LEAST_CELLS = 24;
const DEEPER = 4;

export function wrapHelp(text: string, columns: number): string {
  const lines = text.split("\n");
  const firstExample = lines.lastIndexOf("Examples:");
  return lines
    .flatMap((line, index) => {
      if (line.length <= columns) return line;
      return firstExample >= 0 && index > firstExample ? wrapExample(line, columns) : wrapLine(line, columns);
    })
    .join("\n");
}

/** A command is copied, so it stays whole, and what it is for goes below it. */
function wrapExample(line: string, columns: number): string[] {
  const [, command = line, comment] = /^(.*?) +(# .*)$/.exec(line) ?? [];
  return comment === undefined ? [command] : [command, ...hang(" ".repeat(2 * DEEPER), comment, 2 * DEEPER, columns)];
}

function wrapLine(line: string, columns: number): string[] {
  const indent = line.length - line.trimStart().length;
  const [, term, meaning] = /^( *\S.*? {2,})(\S.*)$/.exec(line) ?? [];
  if (term === undefined || meaning === undefined) {
    const isUsage = line.startsWith("claude-meter ");
    return hang(" ".repeat(indent), line, isUsage ? DEEPER : indent, columns);
  }
  if (columns - term.length >= LEAST_CELLS) return hang(term, meaning, term.length, columns);
  return [term.trimEnd(), ...hang(" ".repeat(indent + DEEPER), meaning, indent + DEEPER, columns)];
}

/** The first line behind `start`, the others behind as many blanks as `cells` says. */
function hang(start: string, text: string, cells: number, columns: number): string[] {
  const lines = wrap(text, columns - Math.max(cells, start.length));
  return lines.map((line, index) => `${index === 0 ? start : " ".repeat(cells)}${line}`);
}
