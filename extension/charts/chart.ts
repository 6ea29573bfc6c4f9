// One chart, drawn by uPlot: stepped lines with their gaps, the resets, and the two thresholds as faint lines.
import uPlot from "uplot";
import type { Thresholds } from "../../shared/notices/wishes.ts";
import type { Run } from "../to-runs.ts";
import { formatTick, type Range } from "./range.ts";
import type { Stroke } from "./stroke.ts";
import { toColumns } from "./to-columns.ts";

export type Drawn = { runs: readonly Run[]; resets: readonly number[]; stroke: Stroke; isHidden: boolean };

export type Frame = { range: Range; thresholds: Thresholds };

/** Index by line; undefined while nothing is pointed at. */
export type Pointed = { atMs: number; values: (number | null)[] } | undefined;

export type Chart = {
  /** Draws anew; the lines may be others than before. */
  show: (lines: readonly Drawn[], frame: Frame) => void;
  setHidden: (line: number, isHidden: boolean) => void;
  destroy: () => void;
};

const HEIGHT = 260;
const FONT = "11px system-ui, sans-serif";
/** Marks closer together are a grey band that says nothing. */
const LEAST_MARK_DISTANCE = 12;

export function createChart(parent: HTMLElement, onPoint: (pointed: Pointed) => void): Chart {
  let plot: uPlot | undefined;
  const resized = new ResizeObserver(() => plot?.setSize({ width: parent.clientWidth, height: HEIGHT }));
  resized.observe(parent);
  // Colours are read while drawing.
  const onScheme = () => plot?.redraw(false);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", onScheme);
  const themed = new MutationObserver(onScheme);
  themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });

  return {
    show: (lines, frame) => {
      plot?.destroy();
      const { at, values } = toColumns(lines.map(({ runs }) => runs));
      const options = toOptions(lines, frame, onPoint);
      plot = new uPlot({ ...options, width: parent.clientWidth, height: HEIGHT }, [at, ...values], parent);
    },
    setHidden: (line, isHidden) => plot?.setSeries(line + 1, { show: !isHidden }),
    destroy: () => {
      plot?.destroy();
      resized.disconnect();
      themed.disconnect();
      scheme.removeEventListener("change", onScheme);
    },
  };
}

function toOptions(
  lines: readonly Drawn[],
  { range: { sinceMs, untilMs }, thresholds }: Frame,
  onPoint: (pointed: Pointed) => void,
): Omit<uPlot.Options, "width" | "height"> {
  const axis = {
    stroke: () => readColour("--quiet"),
    font: FONT,
    grid: { stroke: () => readColour("--line"), width: 1 },
    ticks: { stroke: () => readColour("--line"), width: 1, size: 4 },
  };
  return {
    ms: 1,
    padding: [8, 14, 0, 0],
    legend: { show: false },
    // A drag would zoom, and nothing here would lead back.
    cursor: { y: false, drag: { x: false, y: false }, dataIdx: toHeldIndex, points: { size: 7 } },
    scales: {
      x: { range: [sinceMs, untilMs] },
      // A little room, or the edge would cut a line at 100 % in half.
      y: { range: (_plot, _min, max) => [0, Math.max(100, max) * 1.02] },
    },
    axes: [
      {
        ...axis,
        size: 26,
        space: 64,
        values: (_plot, ticks, _axis, _space, stepMs) => ticks.map((ms) => formatTick(ms, stepMs)),
      },
      {
        ...axis,
        size: 46,
        space: 24,
        incrs: [20, 50, 100],
        values: (_plot, ticks) => ticks.map((percent) => `${percent} %`),
      },
    ],
    series: [
      {},
      ...lines.map(({ stroke, runs, isHidden }) => ({
        stroke: () => readColour(stroke.colour),
        width: 2,
        dash: stroke.dash,
        cap: "round" as const,
        show: !isHidden,
        points: { show: false },
        paths: (plot: uPlot) => ({ stroke: toPath(plot, runs) }),
      })),
    ],
    hooks: {
      drawAxes: [(plot) => drawMarks(plot, lines, thresholds)],
      setCursor: [(plot) => onPoint(toPointed(plot))],
    },
  };
}

/** What was true there was seen at or before it, never after. */
function toHeldIndex(plot: uPlot, _line: number, nearest: number, atMs: number): number {
  return (plot.data[0][nearest] ?? 0) > atMs ? Math.max(0, nearest - 1) : nearest;
}

function toPointed(plot: uPlot): Pointed {
  const index = plot.cursor.idxs?.[1];
  const atMs = index === undefined || index === null ? undefined : plot.data[0][index];
  if (index === undefined || index === null || atMs === undefined || (plot.cursor.left ?? -1) < 0) return undefined;
  return { atMs, values: plot.data.slice(1).map((column) => column[index] ?? null) };
}

/** By ourselves: uPlot's steps join what has less than a pixel between. */
function toPath(plot: uPlot, runs: readonly Run[]): Path2D {
  const path = new Path2D();
  const toX = (ms: number) => plot.valToPos(ms, "x", true);
  const toY = (percent: number) => plot.valToPos(percent, "y", true);
  for (const run of runs) {
    run.forEach(({ fromMs, toMs, percent }, index) => {
      if (index === 0) path.moveTo(toX(fromMs), toY(percent));
      else path.lineTo(toX(fromMs), toY(percent));
      // A value that was seen once is a dot: the round end of a line without length.
      path.lineTo(Math.max(toX(toMs), toX(fromMs) + 0.01), toY(percent));
    });
  }
  return path;
}

function drawMarks(plot: uPlot, lines: readonly Drawn[], { warning, critical }: Thresholds): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = devicePixelRatio;
  drawThreshold(plot, warning, "--warning");
  drawThreshold(plot, critical, "--critical");
  lines.forEach((line, index) => {
    if (plot.series[index + 1]?.show === true) drawResets(plot, line);
  });
  ctx.restore();
}

function drawThreshold({ ctx, bbox, valToPos }: uPlot, percent: number, colour: string): void {
  const y = valToPos(percent, "y", true);
  ctx.globalAlpha = 0.55;
  ctx.strokeStyle = readColour(colour);
  ctx.setLineDash([2 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
}

/** A small flag at the top and a thin line down from it. */
function drawResets({ ctx, bbox, valToPos }: uPlot, { resets, stroke }: Drawn): void {
  if (resets.length * LEAST_MARK_DISTANCE * devicePixelRatio > bbox.width) return;
  const size = 4 * devicePixelRatio;
  ctx.strokeStyle = readColour(stroke.colour);
  ctx.fillStyle = readColour(stroke.colour);
  ctx.setLineDash([devicePixelRatio, 3 * devicePixelRatio]);
  for (const reset of resets) {
    const x = valToPos(reset, "x", true);
    ctx.globalAlpha = 0.6;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.beginPath();
    ctx.moveTo(x - size, bbox.top);
    ctx.lineTo(x + size, bbox.top);
    ctx.lineTo(x, bbox.top + size * 1.5);
    ctx.fill();
  }
}

function readColour(variable: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(variable);
}
