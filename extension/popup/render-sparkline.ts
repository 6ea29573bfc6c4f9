// A window's way to its value as one small line: stepped, with its gaps, over the whole width of the bar.
import type { Run } from "../to-runs.ts";
import type { Trend } from "./seen.ts";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 320;
const HEIGHT = 22;
/** Room for the half of the line that is above its middle. */
const EDGE = 1.5;

export function renderSparkline({ runs, sinceMs, untilMs }: Trend, label: string): SVGElement {
  const spanMs = Math.max(1, untilMs - sinceMs);
  const toX = (ms: number) => round(((ms - sinceMs) / spanMs) * WIDTH);
  const toY = (percent: number) => round(HEIGHT - EDGE - (Math.min(100, percent) / 100) * (HEIGHT - 2 * EDGE));
  const picture = createSvg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: "sparkline",
    preserveAspectRatio: "none",
  });
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", `${label}, the way to this value`);
  for (const run of runs) {
    const line = toLine(run, toX, toY);
    const [first, last] = [run[0], run.at(-1)];
    if (!first || !last) continue;
    const area = `${line} V${HEIGHT} H${toX(first.fromMs)} Z`;
    picture.append(createSvg("path", { class: "area", d: area }), createSvg("path", { class: "line", d: line }));
  }
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

function createSvg(tag: "svg" | "path", attributes: Record<string, string>): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
