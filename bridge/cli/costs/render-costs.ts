// The table of `claude-meter costs`, the dearest class first, with no more digits than are known. Pure.
import type { ListedCost } from "../../../shared/lease/lease-wire.ts";
import { cut, pad, toCells } from "../cells.ts";
import { toTerminalText } from "../terminal-text.ts";

const HEADER = ["CLASS", "RUNS", "HOURS", "5-HOUR", "WEEKLY", "A RUN (5-HOUR)", "A RUN (WEEKLY)"] as const;

export function renderCosts(costs: readonly ListedCost[], columns: number): string {
  const lines = [HEADER, ...costs.map(toLine)];
  const widths = HEADER.map((_name, column) => Math.max(...lines.map((row) => toCells(row[column] ?? ""))));
  const text = lines.map((row) =>
    cut(
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
      columns,
    ),
  );
  return `${text.join("\n")}\n`;
}

function toLine({ class: name, runs, hours, used, per_run: perRun, n }: ListedCost): string[] {
  const toRun = (window: string) => {
    const points = perRun?.[window];
    if (points) return `${formatPoints(points.p50)} (80 %: ${formatPoints(points.p80)})`;
    return name === null ? "" : `${n} of 3 runs`;
  };
  return [
    name === null ? "elsewhere" : toTerminalText(name, 40),
    name === null ? "" : String(runs),
    name === null ? "" : hours.toFixed(hours < 10 ? 1 : 0),
    formatUsed(used["five_hour"]),
    formatUsed(used["seven_day"]),
    toRun("five_hour"),
    toRun("seven_day"),
  ];
}

/** "12 ± 3"; a value that its error swallows is only an upper bound. */
export function formatUsed(used: ListedCost["used"][string] | undefined): string {
  if (!used) return "";
  const { points, error } = used;
  if (error < 0.05 && points < 0.05) return "0";
  if (error >= points) return `< ${formatPoints(points + error)}`;
  return error < 0.05 ? formatPoints(points) : `${formatPoints(points)} ± ${formatPoints(error)}`;
}

/** Whole points from ten on. */
function formatPoints(points: number): string {
  return points >= 10 ? String(Math.round(points)) : points.toFixed(1);
}
