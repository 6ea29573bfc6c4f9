// What the terminal under stdout can show; nothing is assumed of a pipe.
import { isCharacterDevice } from "./is-character-device.ts";

export type Terminal = { columns: number; hasColour: boolean };

/** The width that everything fits, and that of a pipe. */
const USUAL_COLUMNS = 80;

export function toTerminal(noColour: boolean): Terminal {
  if (!isCharacterDevice(1)) return { columns: USUAL_COLUMNS, hasColour: false };
  const { isTTY, columns } = process.stdout;
  const hasColour = isTTY && !noColour && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  return { columns: isTTY ? columns || USUAL_COLUMNS : USUAL_COLUMNS, hasColour };
}
