// The screen of `watch` as lines: the rows, what happened, and the keys; as much of it as there is room for. Pure.
import { formatDuration, formatPercent } from "../../../shared/format.ts";
import { formatForecast } from "../../../shared/format-forecast.ts";
import { formatLocalClock } from "../../../shared/format-local-clock.ts";
import type { Row, ShownWindow } from "../../../shared/freshness.ts";
import type { Install } from "../../../shared/row.ts";
import { isTrouble } from "../../../shared/row-name.ts";
import { cut, pad, toCells } from "../cells.ts";
import { toSparkline } from "../history/sparkline.ts";
import { createPaint, type Paint, type Style } from "../paint.ts";
import * as rowWords from "../rows/row-words.ts";
import type { Terminal } from "../terminal.ts";
import type { WatchEvent } from "./decide-events.ts";
import { type Traces, toSpanMs, toTraceKey } from "./traces.ts";

/** live: told by the bridge. Else the file is read, and this says why. */
export type Connection = "connecting" | "live" | "not-running" | "no-answer";

export type View = {
  rows: readonly Row[];
  installs: readonly Install[];
  traces: Traces;
  /** The newest last. */
  events: readonly WatchEvent[];
  link: Connection;
  nowMs: number;
  /** Lines above the first one that is shown. */
  scroll: number;
  redact: boolean;
  terminal: Terminal & { lines: number };
};

/** As many lines as the terminal has, and how far there is to scroll. */
export type Picture = { lines: string[]; maxScroll: number };

const MAX_EVENTS = 6;
const EVENT_SHARE = 1 / 5;
/** From here on a line over the events is not taken from the rows. */
const ROOMY_LINES = 16;

type Place = { columns: number; paint: Paint };

export function renderWatch(view: View): Picture {
  const { columns, lines: height, hasColour } = view.terminal;
  const paint = createPaint(hasColour);
  const place = { columns, paint };
  const body = renderBody(view, place);
  const events = renderEvents(view, place);
  const room = Math.max(0, height - events.length - 1);
  const maxScroll = Math.max(0, body.length - room);
  const scroll = Math.min(view.scroll, maxScroll);
  const shown = body.slice(scroll, scroll + room);
  const empty = Array.from({ length: room - shown.length }, () => "");
  const lines = [...shown, ...empty, ...events, renderFooter(view, maxScroll - scroll, maxScroll, place)];
  return { lines: lines.slice(-height), maxScroll };
}

function renderBody(view: View, place: Place): string[] {
  if (view.rows.length === 0) return toEmptyWords(view).map((words) => cut(words, place.columns));
  const blocks = view.rows.map((row) => renderRow(row, view, place));
  const troubled = view.installs
    .filter((install) => install.state !== "ok")
    .map((install) => place.paint("yellow", cut(rowWords.toInstallWords(install, view.nowMs), place.columns)));
  return [...blocks, ...(troubled.length > 0 ? [troubled] : [])].flatMap((block, index) =>
    index === 0 ? block : ["", ...block],
  );
}

function toEmptyWords({ link }: View): string[] {
  if (link === "not-running")
    return ["The bridge is not running, and there is no reading yet.", "Start it: claude-meter bridge start"];
  return ["No reading yet.", "Load the extension and sign in to claude.ai."];
}

function renderRow(row: Row, view: View, place: Place): string[] {
  const { columns, paint } = place;
  const age = rowWords.toAgeWords(row);
  const head = cut(rowWords.toTitle(row, view.redact), columns - age.length - 1);
  const gap = " ".repeat(Math.max(1, columns - toCells(head) - age.length));
  const notes = [...rowWords.toSourceWords(row), ...rowWords.toMoneyWords(row)].map((words) =>
    cut(`  ${words}`, columns),
  );
  const errors = row.errors.filter(isTrouble).map((error) => paint("yellow", cut(`  ! ${error}`, columns)));
  return [
    `${paint("bold", head)}${gap}${paint(row.stale ? "red" : "dim", age)}`,
    ...(row.windows.length === 0 ? [paint("dim", "  no plan limits reported")] : []),
    ...row.windows.flatMap((window) => renderWindow(window, row, view, place)),
    ...notes,
    ...errors,
  ];
}

/** Pieces of a window's line, each as wide as it was asked for. */
type Pieces = {
  label: (width: number) => string;
  bar: (width: number) => string;
  percent: string;
  reset: (width: number) => string;
  spark: (width: number) => string;
  forecast: string;
};

function renderWindow(window: ShownWindow, row: Row, view: View, { columns, paint }: Place): string[] {
  const pieces = toPieces(window, row, view, paint);
  const { label, bar, percent, reset, spark, forecast } = pieces;
  if (columns >= 140) {
    const sparkWidth = Math.min(72, columns - 117);
    return [`  ${label(22)} ${bar(24)} ${percent}  ${reset(30)} ${spark(sparkWidth)}  ${paint("dim", forecast)}`];
  }
  if (columns >= rowWords.ROOMY_COLUMNS) {
    const words = paint("dim", cut(forecast, columns - 51));
    return [
      `  ${label(18)} ${bar(18)} ${percent}  ${reset(columns - 49)}`,
      `  ${" ".repeat(18)} ${spark(28)}  ${words}`,
    ];
  }
  const width = columns - 4;
  return [
    `  ${label(14)} ${percent}  ${reset(columns - 26)}`,
    `    ${bar(10)} ${spark(Math.max(0, width - 11))}`,
    ...(forecast === "" ? [] : [`    ${paint("dim", cut(forecast, width))}`]),
  ];
}

function toPieces(window: ShownWindow, row: Row, view: View, paint: Paint): Pieces {
  const style: Style = rowWords.toStyle(window, row);
  const trace = view.traces.get(toTraceKey(row, window.id));
  const spanMs = toSpanMs(window.id);
  const span = { sinceMs: view.nowMs - spanMs, untilMs: view.nowMs, gapMs: trace?.gapMs ?? 0 };
  return {
    label: (width) => pad(rowWords.toLabel(window, view.redact), width),
    bar: (width) => paint(style, rowWords.toBar(window.utilization, width)),
    percent: paint(style, `${formatPercent(window.utilization)} %`.padStart(7)),
    reset: (width) => paint("dim", pad(rowWords.toResetWords(window, row, view.nowMs, width), width)),
    spark: (width) => {
      const line = toSparkline(trace?.points ?? [], span, Math.max(0, width - 4));
      return `${paint("dim", formatDuration(spanMs).padEnd(4))}${paint("cyan", line)}`;
    },
    forecast: [rowWords.toWindowNotes(window, row, view.nowMs), formatForecast(window.forecast, view.nowMs)]
      .filter(Boolean)
      .join("  "),
  };
}

function renderEvents({ events, nowMs, terminal }: View, { columns, paint }: Place): string[] {
  const room = Math.min(MAX_EVENTS, Math.max(1, Math.floor(terminal.lines * EVENT_SHARE)));
  const shown = events
    .slice(-room)
    .map(({ atMs, words }) => cut(`${formatLocalClock(atMs, nowMs)}  ${words}`, columns));
  if (shown.length === 0) return [];
  return terminal.lines >= ROOMY_LINES ? [paint("dim", "─".repeat(columns)), ...shown] : shown;
}

function renderFooter(view: View, below: number, maxScroll: number, { columns, paint }: Place): string {
  const scroll = maxScroll === 0 ? "" : `  ↑↓ scroll${below > 0 ? ` (${below} more)` : ""}`;
  const keys = `q quit${scroll}`;
  const words = toLinkWords(view);
  const room = columns - keys.length - 2;
  const gap = " ".repeat(Math.max(2, columns - keys.length - words.length));
  // Whether the numbers are live is worth more than the keys.
  if (room < words.length) return paint(toLinkStyle(view), cut(words, columns));
  return `${paint("dim", keys)}${gap}${paint(toLinkStyle(view), words)}`;
}

function toLinkStyle({ link }: View): Style {
  return link === "live" || link === "connecting" ? "dim" : "yellow";
}

function toLinkWords({ link, rows, nowMs }: View): string {
  const ages = rows.map((row) => row.age_seconds);
  const age = ages.length === 0 ? "" : `, values ${formatDuration(Math.min(...ages) * 1000)} old`;
  switch (link) {
    case "live":
      return `live ${formatLocalClock(nowMs, nowMs)}`;
    case "connecting":
      return "connecting";
    case "not-running":
      return `bridge not running${age}`;
    case "no-answer":
      return `bridge does not answer${age}`;
  }
}
