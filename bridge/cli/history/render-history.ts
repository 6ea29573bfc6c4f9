// The table of `history`: a block per row, in it a sparkline per window and what it says in words. Pure.
import { formatDuration, formatPercent } from "../../../shared/format.ts";
import { formatForecast } from "../../../shared/format-forecast.ts";
import { formatLocalClock } from "../../../shared/format-local-clock.ts";
import { formatRowName } from "../../../shared/row-name.ts";
import { cut, pad, toCells } from "../cells.ts";
import { createPaint, type Paint } from "../paint.ts";
import type { Terminal } from "../terminal.ts";
import { toTerminalText } from "../terminal-text.ts";
import type { SeenSeries } from "./ask-history.ts";
import { type RowHistory, withCurrent } from "./row-history.ts";
import { type Span, toResetMarks, toSparkline } from "./sparkline.ts";

export type HistoryTable = {
  histories: readonly RowHistory[];
  sinceMs: number;
  untilMs: number;
  nowMs: number;
  redact: boolean;
  terminal: Terminal;
};

const INDENT = "  ";
const MAX_COLUMNS = 160;

export function renderHistory(table: HistoryTable): string {
  const { sinceMs, untilMs, nowMs, terminal } = table;
  const histories = untilMs === nowMs ? table.histories.map(withCurrent) : table.histories;
  const paint = createPaint(terminal.hasColour);
  const clock = (ms: number) => formatLocalClock(ms, nowMs);
  const span = `${clock(sinceMs)} to ${untilMs === nowMs ? "now" : clock(untilMs)}, ${formatDuration(untilMs - sinceMs)}`;
  const blocks = histories.map((history) => {
    const windows = history.series.map((series) => renderSeries(series, history, table, paint));
    return [toTitle(history, table, paint), paint("dim", cut(span, terminal.columns)), ...windows].join("\n");
  });
  return `${blocks.join("\n\n")}\n`;
}

function toTitle({ row }: RowHistory, { redact, terminal }: HistoryTable, paint: Paint): string {
  const name = redact ? row.org_uuid : formatRowName(row);
  const names = [name, redact || name === row.account_email ? null : row.account_email, row.plan];
  const title = names.filter((each) => each !== null).map((each) => toTerminalText(each));
  return paint("bold", cut(title.join(" · "), terminal.columns));
}

function renderSeries(series: SeenSeries, history: RowHistory, table: HistoryTable, paint: Paint): string {
  const { terminal, redact, sinceMs, untilMs } = table;
  const columns = Math.max(8, Math.min(MAX_COLUMNS, terminal.columns) - INDENT.length);
  const span: Span = { sinceMs, untilMs, gapMs: series.gap_ms };
  const value = toValue(series, history, table);
  const label = redact ? series.window : toTerminalText(series.label, 40);
  const marks = toResetMarks(series.resets, span, columns);
  const lines = [
    `${pad(cut(label, columns - value.length - 1), columns - value.length)}${paint("bold", value)}`,
    paint("cyan", toSparkline(series.points, span, columns)),
    ...(marks === "" ? [] : [paint("dim", marks)]),
    ...wrap(toWords(series, history, table), columns).map((line) => paint("dim", line)),
  ];
  return `\n${lines.map((line) => `${INDENT}${line}`.trimEnd()).join("\n")}`;
}

/** The last value that was known, and when, if that was not just now. */
function toValue(series: SeenSeries, { row }: RowHistory, { nowMs }: HistoryTable): string {
  const last = series.points.findLast(([, utilization]) => utilization !== null);
  if (last === undefined) return "unknown";
  const [at, utilization] = last;
  const percent = `${formatPercent(utilization)} %`;
  const window = row.windows.find(({ id }) => id === series.window);
  const readAt = window?.observed_at ?? row.fetched_at;
  const isCurrent = !row.stale && !window?.stale && at >= Date.parse(readAt) && window?.state !== "rolled";
  return isCurrent ? percent : `last ${percent}, ${formatLocalClock(at, nowMs)}`;
}

function toWords(series: SeenSeries, { row }: RowHistory, { sinceMs, untilMs, nowMs }: HistoryTable): string[] {
  const known = series.points.flatMap(([, utilization]) => utilization ?? []);
  const [first = 0, ...rest] = known;
  const lowest = rest.reduce((low, each) => Math.min(low, each), first);
  const highest = rest.reduce((high, each) => Math.max(high, each), first);
  const { length: count } = series.resets;
  const window = row.windows.find(({ id }) => id === series.window);
  const forecast = untilMs === nowMs ? formatForecast(window?.forecast, nowMs) : "";
  return [
    lowest === highest ? "" : `${formatPercent(lowest)} to ${formatPercent(highest)} %`,
    count === 0 ? "" : `${count} reset${count === 1 ? "" : "s"}`,
    `seen ${formatDuration(toSeenMs(series))} of ${formatDuration(untilMs - sinceMs)}`,
    forecast,
  ].filter((words) => words !== "");
}

/** The time without the gaps. */
function toSeenMs({ points, gap_ms }: SeenSeries): number {
  return points.reduce((sum, [at], index) => {
    const heldMs = at - (points[index - 1]?.[0] ?? at);
    return heldMs <= gap_ms ? sum + heldMs : sum;
  }, 0);
}

function wrap(words: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const joined = lines.length === 0 ? word : `${lines.at(-1) ?? ""} · ${word}`;
    if (lines.length > 0 && toCells(joined) <= columns) lines[lines.length - 1] = joined;
    else lines.push(cut(word, columns));
  }
  return lines;
}
