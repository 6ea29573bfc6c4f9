// The terminal's second screen: entered, painted line by line where something changed, and left as it was found.
import { writeOut } from "../output.ts";

export type Screen = {
  enter: () => void;
  draw: (lines: readonly string[]) => void;
  /** Forgets what stands there: the size has changed, or another program was there. */
  clear: () => void;
  /** Safe to repeat, and from an exit handler. */
  leave: () => void;
};

/** The second screen, no cursor, and a line that is too long ends at the edge instead of on the next one. */
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const LEAVE = "\u001b[?2026l\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l";
/** The terminal shows all that stands between the two at once: https://contour-terminal.org/vt-extensions/synchronized-output/ */
const BEGIN = "\u001b[?2026h";
const END = "\u001b[?2026l";

export function createScreen(): Screen {
  let shown: readonly string[] = [];
  let isEntered = false;
  let isCleared = false;
  return {
    enter: () => {
      isEntered = true;
      isCleared = true;
      writeOut(ENTER);
    },
    draw: (lines) => {
      // A timer can come before the signal that says to go on.
      if (!isEntered) return;
      const text = toRepaint(isCleared ? undefined : shown, lines);
      if (text !== "") writeOut(`${BEGIN}${text}${END}`);
      shown = lines;
      isCleared = false;
    },
    clear: () => {
      isCleared = true;
    },
    leave: () => {
      if (!isEntered) return;
      isEntered = false;
      try {
        writeOut(LEAVE);
      } catch {
        // The terminal is gone, and what it showed with it.
      }
    },
  };
}

/** What turns the lines that are shown into those that shall be; undefined: nobody knows what is shown. Pure. */
export function toRepaint(shown: readonly string[] | undefined, lines: readonly string[]): string {
  const changed = lines.map((line, index) => (shown?.[index] === line ? "" : `\u001b[${index + 1};1H\u001b[2K${line}`));
  return `${shown === undefined ? "\u001b[2J" : ""}${changed.join("")}`;
}
