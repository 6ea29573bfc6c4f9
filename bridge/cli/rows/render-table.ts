// The table of `claude-meter`: a block per row, a line per window, as much of each line as the terminal has room for.
import { formatClock, formatCountdown, formatDuration, formatMoney, formatPercent } from "../../../shared/format.ts";
import { formatForecast } from "../../../shared/format-forecast.ts";
import type { Row } from "../../../shared/freshness.ts";
import type { Install, RowWindow } from "../../../shared/row.ts";
import { formatRowName, isTrouble } from "../../../shared/row-name.ts";
import { createPaint, type Paint, type Style } from "../paint.ts";
import type { Terminal } from "../terminal.ts";
import { toTerminalText } from "../terminal-text.ts";

export type Table = {
  rows: readonly Row[];
  installs: readonly Install[];
  nowMs: number;
  redact: boolean;
  terminal: Terminal;
};

const BAR_CELLS = 20;
export const WARNING_PERCENT = 80;
export const CRITICAL_PERCENT = 95;

export function renderTable({ rows, installs, nowMs, redact, terminal }: Table): string {
  const paint = createPaint(terminal.hasColour);
  const blocks = rows.map((row) => renderRow(row, nowMs, redact, terminal, paint));
  const troubled = installs.filter((install) => install.state !== "ok").map((install) => renderInstall(install, nowMs));
  return `${[...blocks, ...(troubled.length > 0 ? [troubled.join("\n")] : [])].join("\n\n")}\n`;
}

function renderRow(row: Row, nowMs: number, redact: boolean, terminal: Terminal, paint: Paint): string {
  const windows = row.windows.map((window) => ({
    ...window,
    label: toTerminalText(redact ? window.id : window.label, 24),
  }));
  const name = redact ? row.org_uuid : formatRowName(row);
  const names = redact || name === row.account_email ? [name] : [name, row.account_email];
  const title = [...names, row.plan, row.browser]
    .filter((name) => name !== null && name !== "")
    .map((name) => toTerminalText(name ?? ""));
  const lines = [
    paint("bold", cut(title.join(" · "), terminal.columns)),
    `  ${paint(row.stale ? "red" : "dim", [toAgeWords(row), ...toSourceWords(row)].join(", "))}`,
    ...windows.map((window) => renderWindow(window, { ...row, windows }, nowMs, terminal, paint)),
  ];
  if (row.windows.length === 0) lines.push(paint("dim", "  no plan limits reported"));
  lines.push(...toMoneyWords(row).map((words) => cut(`  ${words}`, terminal.columns)));
  for (const error of row.errors.filter(isTrouble)) lines.push(paint("yellow", cut(`  ! ${error}`, terminal.columns)));
  return lines.join("\n");
}

/** Nothing where no money was or can be spent. */
export function toMoneyWords({ money }: Row): string[] {
  if (!money || !(money.enabled || money.used || money.out_of_credits)) return [];
  const note = money.out_of_credits ? ", out of credits" : money.enabled ? "" : ", off";
  return [`extra usage ${formatMoney(money.used, money.limit, money.currency)}${note}`];
}

export function toAgeWords(row: Row): string {
  const age = `${formatDuration(row.age_seconds * 1000)} ago`;
  return row.state === "fresh" ? age : row.state === "aging" ? `${age}, aging` : `STALE, ${age}`;
}

/** Nothing for the usual case: the extension's reading, and nobody who contradicts it. */
export function toSourceWords(row: Row): string[] {
  if (row.disputed) return ["DISPUTED: Claude Code heard another number, the higher one counts"];
  return row.source === "statusline" ? ["as Claude Code heard it"] : [];
}

/** Of a row whose labels are made for a terminal. */
function renderWindow(window: RowWindow, row: Row, nowMs: number, terminal: Terminal, paint: Paint): string {
  const wide = terminal.columns >= 72;
  const labelWidth = Math.max(...row.windows.map((each) => each.label.length));
  const label = pad(window.label, wide ? labelWidth : Math.min(14, terminal.columns - 14));
  const percent = `${formatPercent(window.utilization)} %`.padStart(7);
  const style = toStyle(window, row);
  const bar = wide ? `${paint(style, toBar(window.utilization, BAR_CELLS))} ` : "";
  const head = `  ${label} ${bar}${paint(style, percent)}`;
  const used = 2 + label.length + 1 + (wide ? BAR_CELLS + 1 : 0) + percent.length;
  const room = terminal.columns - used - 2;
  const tail = toTail(window, row, nowMs, wide, room);
  return room >= 6 && tail ? `${head}  ${paint("dim", cut(tail, room))}` : head;
}

/** The forecast only where there is room for all of it. */
function toTail(window: RowWindow, row: Row, nowMs: number, wide: boolean, room: number): string {
  const binds = window.id === row.binding ? "binds" : "";
  const tail = [toReset(window, nowMs, wide), binds].filter(Boolean).join("  ");
  const forecast = formatForecast(window.forecast, nowMs);
  const whole = [tail, forecast].filter(Boolean).join("  ");
  return whole.length <= room ? whole : tail;
}

/** A narrow terminal has room for the countdown only. */
export function toReset(window: RowWindow, nowMs: number, hasRoom: boolean): string {
  if (window.state === "rolled") return `reset passed, was ${formatPercent(window.last_known)} %`;
  if (window.state === "idle") return "not started";
  if (window.state === "unknown") return "unknown";
  if (window.resets_at === null) return "";
  const countdown = formatCountdown(Date.parse(window.resets_at) - nowMs);
  return hasRoom ? `${countdown} (${formatClock(window.resets_at, nowMs)})` : countdown;
}

export function toStyle(window: RowWindow, row: Row): Style {
  if (row.stale || window.utilization === null) return "dim";
  if (window.severity === "critical" || window.utilization >= CRITICAL_PERCENT) return "red";
  return window.severity === "warning" || window.utilization >= WARNING_PERCENT ? "yellow" : "green";
}

/** Rounded down: a full bar means full. */
export function toBar(utilization: number | null, cells: number): string {
  if (utilization === null) return "·".repeat(cells);
  const filled = Math.min(cells, Math.floor((utilization / 100) * cells));
  return "█".repeat(filled) + "░".repeat(cells - filled);
}

export function renderInstall(install: Install, nowMs: number): string {
  return `${toTerminalText(install.browser)}: ${install.state}, ${formatDuration(nowMs - Date.parse(install.polled_at))} ago`;
}

function pad(text: string, width: number): string {
  return cut(text, width).padEnd(width);
}

export function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join("")}…`;
}
