// A window's way to its value as one small line: stepped, with its gaps, as high as its own highest value. How much that
// is says the bar above it.
import type { Run } from "../to-runs.ts";
import { createSvg } from "./element.ts";
import type { Trend } from "./seen.ts";

const WIDTH = 320;
const HEIGHT = 18;
/** Room for the half of the line that is above its middle. */
const EDGE = 1.5;

export function renderSparkline({ runs, sinceMs, untilMs }: Trend, label: string): SVGElement {
  const spanMs = Math.max(1, untilMs - sinceMs);
  const toX = (ms: number) => round(((ms - sinceMs) / spanMs) * WIDTH);
  const highest = Math.max(1, ...runs.flat().map(({ percent }) => percent));
  const toY = (percent: number) => round(HEIGHT - EDGE - (percent / highest) * (HEIGHT - 2 * EDGE));
  const picture = createSvg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: "sparkline",
    preserveAspectRatio: "none",
  });
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", `${label}: recent trend`);
  picture.append(...runs.map((run) => createSvg("path", { d: toLine(run, toX, toY) })));
  return picture;
}

function toLine(run: Run, toX: (ms: number) => number, toY: (percent: number) => number): string {
  const steps = run.map(({ fromMs, toMs, percent }, index) => {
    const start = index === 0 ? `M${toX(fromMs)} ${toY(percent)}` : `V${toY(percent)}`;
    // What was seen once is a dot: the round end of a line of hardly any length.
    return `${start} H${Math.max(toX(toMs), toX(fromMs) + 0.1)}`;
  });
  return steps.join(" ");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
