// The live lines of a bridge in the foreground: one per row, painted again when the file changes or a minute passes; what the
// bridge logs goes above them.
import { formatCountdown, formatDuration, formatPercent } from "../../../shared/format.ts";
import { type Row, toRow } from "../../../shared/freshness.ts";
import { pollStateWords } from "../../../shared/poll-state.ts";
import type { Install } from "../../../shared/row.ts";
import { formatRowName } from "../../../shared/row-name.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { writeError, writeOut } from "../output.ts";
import { toTerminalText } from "../terminal-text.ts";

const STEP_MS = 1_000;

export type LiveLines = {
  /** A line for stderr, above the live ones. */
  log: (text: string) => void;
  stop: () => void;
};

/** Painted until they are stopped; into a file only until there is a first reading. */
export function showRows(): LiveLines {
  const isTerminal = process.stdout.isTTY;
  let shown = "";
  const paint = () => {
    const reading = readStatus(toStatusPath(toStateFolder()));
    const { rows, installs } = reading.kind === "read" ? reading.status : { rows: [], installs: [] };
    const nowMs = Date.now();
    const lines = rows.length > 0 ? rows.map((row) => toLine(toRow(row, nowMs), nowMs)) : installs.map(toReport);
    const text = `${lines.join("\n") || "waiting for the extension …"}\n`;
    if (text !== shown) writeOut(isTerminal ? toErased(shown) + text : text);
    shown = text;
    if (!isTerminal && rows.length > 0) clearInterval(timer);
  };
  const timer = setInterval(paint, STEP_MS);
  paint();
  return {
    log: (text) => {
      if (isTerminal) writeOut(toErased(shown));
      writeError(text);
      if (isTerminal) writeOut(shown);
    },
    stop: () => {
      clearInterval(timer);
      // Behind the ^C that the terminal has shown.
      if (isTerminal && shown !== "") writeOut("\n");
      shown = "";
    },
  };
}

/** Up over what was written last, with the rows that a long line takes, and everything below the cursor cleared. */
function toErased(shown: string): string {
  const columns = process.stdout.columns || 80;
  const lines = shown.split("\n").slice(0, -1);
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
  return rows === 0 ? "" : `\r\u001b[${rows}A\u001b[J`;
}

/** What a browser says that has no reading yet: signed out, perhaps. */
function toReport({ browser, state }: Install): string {
  return state === "ok"
    ? `${toTerminalText(browser)}: no account with a Claude plan`
    : `${toTerminalText(browser)}: ${pollStateWords[state]}`;
}

function toLine(row: Row, nowMs: number): string {
  const name = toTerminalText(formatRowName(row), 32);
  const windows = row.windows
    .filter((window) => window.scope !== "pool")
    .map((window) => {
      const reset = window.id === row.binding && window.resets_at !== null;
      const when = reset ? ` (resets ${formatCountdown(Date.parse(window.resets_at ?? "") - nowMs)})` : "";
      return `${toTerminalText(window.label, 20)} ${formatPercent(window.stale && !row.stale ? null : window.utilization)} %${when}`;
    });
  const age = row.state === "fresh" ? "" : ` · ${row.state}, ${formatDuration(row.age_seconds * 1000)} old`;
  return `${name}: ${windows.join(" · ") || "no plan limits"}${age}`.slice(0, (process.stdout.columns || 80) - 1);
}
