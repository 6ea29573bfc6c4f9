// The table of `claude-meter`, a program of its own: a block per row, a line per window, none wider than the terminal.
import { formatPercent } from "../../../shared/format.ts";
import { formatForecast } from "../../../shared/format-forecast.ts";
import type { Row, ShownWindow } from "../../../shared/freshness.ts";
import type { Install } from "../../../shared/row.ts";
import { isTrouble } from "../../../shared/row-name.ts";
import { cut, pad, toCells, wrap } from "../cells.ts";
import { createPaint, type Paint } from "../paint.ts";
import type { Terminal } from "../terminal.ts";
import * as rowWords from "./row-words.ts";

export type Table = {
  rows: readonly Row[];
  installs: readonly Install[];
  nowMs: number;
  redact: boolean;
  terminal: Terminal;
};

/** Of a row's lines: where their pieces stand. */
type Layout = { columns: number; labelCells: number; barCells: number; paint: Paint };

const BAR_CELLS = 20;
const LEAST_BAR_CELLS = 8;
const NARROW_LABEL_CELLS = 14;
const PERCENT_CELLS = 7;
/** "in 6 d 23 h (Thu 04:00)  binds". */
const RESET_CELLS = 30;
/** In front of a line, and between its label, percent and reset. */
const GAP_CELLS = 5;

export function renderTable({ rows, installs, nowMs, redact, terminal: { columns, hasColour } }: Table): string {
  const paint = createPaint(hasColour);
  const blocks = rows.map((row) => {
    const layout = toLayout(row, redact, columns, paint);
    return renderRow(row, nowMs, redact, layout).join("\n");
  });
  const troubled = installs.filter(({ state }) => state !== "ok");
  const notes = troubled.map((install) => cut(rowWords.toInstallWords(install, nowMs), columns)).join("\n");
  return `${[...blocks, ...(notes === "" ? [] : [notes])].join("\n\n")}\n`;
}

function toLayout(row: Row, redact: boolean, columns: number, paint: Paint): Layout {
  const longest = Math.max(0, ...row.windows.map((window) => toCells(rowWords.toLabel(window, redact))));
  if (columns < rowWords.ROOMY_COLUMNS) {
    const room = Math.max(1, columns - GAP_CELLS - PERCENT_CELLS);
    return { columns, labelCells: Math.min(longest, NARROW_LABEL_CELLS, room), barCells: 0, paint };
  }
  const room = columns - longest - PERCENT_CELLS - RESET_CELLS - GAP_CELLS - 1;
  return { columns, labelCells: longest, barCells: Math.max(LEAST_BAR_CELLS, Math.min(BAR_CELLS, room)), paint };
}

function renderRow(row: Row, nowMs: number, redact: boolean, layout: Layout): string[] {
  const { columns, paint } = layout;
  const words = [rowWords.toAgeWords(row), ...rowWords.toSourceWords(row)].join(", ");
  const empty = row.windows.length === 0 ? [paint("dim", cut("  no plan limits reported", columns))] : [];
  return [
    paint("bold", cut(rowWords.toTitle(row, redact), columns)),
    ...wrap(words, columns - 2).map((line) => `  ${paint(row.stale ? "red" : "dim", line)}`),
    ...row.windows.flatMap((window) => renderWindow(window, row, { nowMs, redact, layout })),
    ...empty,
    ...rowWords.toMoneyWords(row).map((money) => cut(`  ${money}`, columns)),
    ...row.errors.filter(isTrouble).map((error) => paint("yellow", cut(`  ! ${error}`, columns))),
  ];
}

type Place = { nowMs: number; redact: boolean; layout: Layout };

/** The forecast stands behind the rest, or below it where there is no room. */
function renderWindow(window: ShownWindow, row: Row, { nowMs, redact, layout }: Place): string[] {
  const { columns, labelCells, barCells, paint } = layout;
  const style = rowWords.toStyle(window, row);
  const percent = `${formatPercent(window.utilization)} %`.padStart(PERCENT_CELLS);
  const bar = barCells > 0 ? `${paint(style, rowWords.toBar(window.utilization, barCells))} ` : "";
  const head = `  ${pad(rowWords.toLabel(window, redact), labelCells)} ${bar}${paint(style, percent)}`;
  const room = columns - labelCells - (barCells > 0 ? barCells + 1 : 0) - PERCENT_CELLS - GAP_CELLS;
  const reset = cut(rowWords.toResetWords(window, row, nowMs, room), room);
  const notes = rowWords.toWindowNotes(window, row, nowMs);
  const forecast = [notes, formatForecast(window.forecast, nowMs)].filter(Boolean).join("  ");
  const tail = [reset, forecast].filter(Boolean).join("  ");
  if (toCells(tail) <= room) return [tail === "" ? head : `${head}  ${paint("dim", tail)}`];
  const indent = forecast.length <= room ? columns - room : 4;
  const first = reset === "" ? head : `${head}  ${paint("dim", reset)}`;
  return forecast === "" ? [first] : [first, `${" ".repeat(indent)}${paint("dim", cut(forecast, columns - indent))}`];
}
