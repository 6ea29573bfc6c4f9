// The live lines of a bridge in the foreground: one per row, painted again when the file changes or a minute passes.
import { formatCountdown, formatDuration, formatPercent } from "../../../shared/format.ts";
import { type Row, toRow } from "../../../shared/freshness.ts";
import { formatRowName } from "../../../shared/row-name.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { writeOut } from "../output.ts";
import { toTerminalText } from "../terminal-text.ts";

const STEP_MS = 1_000;

/** Prints until the returned function is called. */
export function watchRows(): () => void {
  let shown = "";
  const timer = setInterval(() => {
    const reading = readStatus(toStatusPath(toStateFolder()));
    if (reading.kind !== "read") return;
    const nowMs = Date.now();
    const lines = reading.status.rows.map((row) => toLine(toRow(row, nowMs), nowMs));
    const text = lines.length > 0 ? lines.join("\n") : "waiting for the first reading from the browser";
    // Up over the last lines, and each line cleared before it is written again.
    const up = shown === "" ? "" : `\u001b[${shown.split("\n").length}A`;
    if (text !== shown)
      writeOut(
        `${up}${text
          .split("\n")
          .map((line) => `\u001b[2K${line}`)
          .join("\n")}\n`,
      );
    shown = text;
  }, STEP_MS);
  return () => clearInterval(timer);
}

function toLine(row: Row, nowMs: number): string {
  const name = toTerminalText(formatRowName(row), 32);
  const windows = row.windows
    .filter((window) => window.scope !== "pool")
    .map((window) => {
      const reset = window.id === row.binding && window.resets_at !== null;
      const when = reset ? ` (resets ${formatCountdown(Date.parse(window.resets_at ?? "") - nowMs)})` : "";
      return `${toTerminalText(window.label, 20)} ${formatPercent(window.utilization)} %${when}`;
    });
  const age = row.state === "fresh" ? "" : ` · ${row.state}, ${formatDuration(row.age_seconds * 1000)} old`;
  return `${name}: ${windows.join(" · ") || "no plan limits"}${age}`.slice(0, (process.stdout.columns || 80) - 1);
}
