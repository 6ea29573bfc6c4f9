// The table of `claude-meter runs`: a line per run, the newest last, where a terminal shows it. Pure.
import { toDisplayText } from "../../../shared/display-text.ts";
import { formatDuration } from "../../../shared/format.ts";
import { formatLocalClock } from "../../../shared/format-local-clock.ts";
import { toLimitName } from "../limit/limit.ts";
import { hasEnded, type RunStatus } from "../run/run-status.ts";

const HEADER = ["RUN", "STATE", "LABEL", "COMMAND", "PID", "STARTED", "RESTARTS", "NOTE"] as const;

export function renderRuns(runs: readonly RunStatus[], nowMs: number): string {
  const lines = [HEADER, ...runs.map((run) => toCells(run, nowMs))];
  const widths = HEADER.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? "").length)));
  const toLine = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return `${lines.map((cells) => toLine(cells).trimEnd()).join("\n")}\n`;
}

function toCells(run: RunStatus, nowMs: number): string[] {
  return [
    toDisplayText(run.id, 12),
    run.state,
    toDisplayText(run.label ?? "-", 24),
    toDisplayText(run.command, 20),
    String(run.pid),
    formatLocalClock(Date.parse(run.started_at), nowMs),
    String(run.restarts),
    toNote(run, nowMs),
  ];
}

function toNote(run: RunStatus, nowMs: number): string {
  const limit = run.limit && `${toDisplayText(toLimitName(run.limit.window ?? "usage"), 40)} limit`;
  switch (run.state) {
    case "waiting":
      return [limit, run.resume_at && `goes on ${formatLocalClock(Date.parse(run.resume_at), nowMs)}`]
        .filter(Boolean)
        .join(", ");
    case "dead":
      return `last seen ${formatDuration(nowMs - Date.parse(run.heartbeat_at))} ago`;
    case "completed":
    case "failed":
      return run.state === "failed" ? toFailure(run, limit) : "";
    case "running":
    case "stalled":
      return limit && !hasEnded(run) ? `after the ${limit}` : "";
  }
}

function toFailure({ exit_code: code }: RunStatus, limit: string | null): string {
  const words = code === null ? "ended by a signal" : `exit code ${code}`;
  return limit ? `${limit}, ${words}` : words;
}
