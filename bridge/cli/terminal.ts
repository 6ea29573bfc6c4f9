// What the terminal under stdout can show; nothing is assumed of a pipe. An empty NO_COLOR is none: https://no-color.org
export type Terminal = { columns: number; hasColour: boolean };

export function toTerminal(noColour: boolean): Terminal {
  const { isTTY, columns } = process.stdout;
  const hasColour = isTTY && !noColour && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  return { columns: isTTY ? columns || 80 : 80, hasColour };
}
