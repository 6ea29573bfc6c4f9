// The few colours of our tables. By hand, because `node:util` and its styleText take a sixth of a call to load.
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  cyan: [36, 39],
  green: [32, 39],
  yellow: [33, 39],
  red: [31, 39],
} as const;

export type Style = keyof typeof codes;
export type Paint = (style: Style, text: string) => string;

export function createPaint(hasColour: boolean): Paint {
  return (style, text) => {
    if (!hasColour || text === "") return text;
    const [begin, end] = codes[style];
    return `\u001b[${begin}m${text}\u001b[${end}m`;
  };
}
