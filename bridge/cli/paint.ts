// Colours for a terminal; whether there are any is decided in terminal.ts and nowhere else.
import { styleText } from "node:util";

export type Style = "bold" | "dim" | "cyan" | "green" | "yellow" | "red";
export type Paint = (style: Style, text: string) => string;

export function createPaint(hasColour: boolean): Paint {
  // Node's own check takes an empty NO_COLOR for a word against colours.
  return (style, text) => (hasColour && text !== "" ? styleText(style, text, { validateStream: false }) : text);
}
