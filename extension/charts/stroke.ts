// How the line of a window looks: a colour that keeps its meaning from account to account, and a dash for who sees no colours.

/** `colour` names a variable of charts.css; `dash` is in pixels, none for a whole line. */
export type Stroke = { colour: string; dash: number[] };

const known: Readonly<Record<string, Stroke>> = {
  five_hour: { colour: "--line-five-hour", dash: [] },
  seven_day: { colour: "--line-weekly", dash: [] },
  money: { colour: "--line-money", dash: [2, 3] },
};

const others: readonly Stroke[] = [
  { colour: "--line-other-1", dash: [8, 3] },
  { colour: "--line-other-2", dash: [8, 3, 2, 3] },
  { colour: "--line-other-3", dash: [4, 3] },
];

/** In the order of `windows`, which is the same for a line and its key. */
export function toStrokes(windows: readonly string[]): Stroke[] {
  const unnamed = windows.filter((window) => known[window] === undefined);
  return windows.map((window) => {
    const other = others[unnamed.indexOf(window) % others.length];
    return known[window] ?? other ?? { colour: "--ink", dash: [] };
  });
}
