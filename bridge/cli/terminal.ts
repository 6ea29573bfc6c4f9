// What the terminal under stdout can show; nothing is assumed of a pipe. An empty NO_COLOR is none: https://no-color.org
import { isCharacterDevice } from "./is-character-device.ts";

export type Terminal = { columns: number; hasColour: boolean };

/** The width that everything fits, and that of a pipe. */
const USUAL_COLUMNS = 80;

export function toTerminal(noColour: boolean): Terminal {
  if (!isTerminal()) return { columns: USUAL_COLUMNS, hasColour: false };
  const hasColour = !noColour && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  return { columns: process.stdout.columns || USUAL_COLUMNS, hasColour };
}

/** Asked of the descriptor first: process.stdout of a pipe takes a tenth of a call to make. */
export function isTerminal(): boolean {
  return isCharacterDevice(1) && process.stdout.isTTY;
}
