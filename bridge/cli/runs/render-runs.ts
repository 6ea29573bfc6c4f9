// The list of `claude-meter runs`, the newest last, where a terminal shows it: a line per run, or two where they do not
// fit. Pure.
import { toDisplayText } from "../../../shared/display-text.ts";
import { formatDuration } from "../../../shared/format.ts";
import { formatLocalClock } from "../../../shared/format-local-clock.ts";
import { hasEnded, type RunStatus } from "../../state/run-status.ts";
import { cut, pad, toCells } from "../cells.ts";
import { toLimitName } from "../limit/limit.ts";

/** A pipe has no width, and takes all of them. */
export type Room = { columns: number; runs: number };

const HEADER = ["RUN", "STATE", "LABEL", "COMMAND", "PID", "STARTED", "RESTARTS", "NOTE"] as const;

export function renderRuns(runs: readonly RunStatus[], nowMs: number, room: Room): string {
  const older = Math.max(0, runs.length - room.runs);
  const shown = runs.slice(older);
  const lines = [HEADER, ...shown.map((run) => toRow(run, nowMs))];
  const widths = HEADER.map((_, column) => Math.max(...lines.map((cells) => toCells(cells[column] ?? ""))));
  const isWide = widths.reduce((sum, width) => sum + width + 2, -2) <= room.columns;
  const toLine = (cells: readonly string[]) =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const list = isWide ? lines.map(toLine) : shown.flatMap((run) => toBlock(run, nowMs, room.columns));
  const note = older === 0 ? [] : [cut(`(${older} older: claude-meter runs --json)`, room.columns)];
  return `${[...note, ...list].join("\n")}\n`;
}

function toRow(run: RunStatus, nowMs: number): string[] {
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

/** What matters most on the first line. */
function toBlock(run: RunStatus, nowMs: number, columns: number): string[] {
  const [id = "", state = "", label = "", command = "", pid = "", started = "", restarts = "", note = ""] = toRow(
    run,
    nowMs,
  );
  const first = [`${id}  ${state}`, note].filter(Boolean).join(", ");
  const again = run.restarts === 0 ? "" : `, ${restarts} restart${run.restarts === 1 ? "" : "s"}`;
  const second = `  ${run.label === null ? "" : `${label}: `}${command} (${pid}), ${started}${again}`;
  return [cut(first, columns), cut(second, columns)];
}

function toNote(run: RunStatus, nowMs: number): string {
  return [toStateNote(run, nowMs), run.ran === "else" ? "by --else" : ""].filter(Boolean).join(", ");
}

function toStateNote(run: RunStatus, nowMs: number): string {
  const limit = run.limit && `${toDisplayText(toLimitName(run.limit.window ?? "usage"), 40)} limit`;
  switch (run.state) {
    case "waiting":
      return [limit, toQueued(run), run.resume_at && `resumes ${formatLocalClock(Date.parse(run.resume_at), nowMs)}`]
        .filter(Boolean)
        .join(", ");
    case "stopped":
      return "stopped by job control: continue it with `fg`";
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

function toQueued({ lease }: RunStatus): string | null {
  if (lease?.state !== "waiting") return null;
  return `number ${lease.position ?? 1} in the queue`;
}

function toFailure({ exit_code: code, reason }: RunStatus, limit: string | null): string {
  const words = code === null ? "ended by a signal" : `exit code ${code}`;
  return [limit, reason === "held-back" ? "work held back by a hook" : null, words].filter(Boolean).join(", ");
}
