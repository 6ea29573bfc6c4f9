// The list of `claude-meter leases`: those that run first, then the queue in its order. Pure.
import { formatLocalClock } from "../../../shared/format-local-clock.ts";
import type { ListedLease } from "../../../shared/lease/lease-wire.ts";
import { cut, pad, toCells } from "../cells.ts";
import { toWindowName } from "../gate/watched.ts";
import { toTerminalText } from "../terminal-text.ts";

const HEADER = ["LEASE", "STATE", "CLASS", "LABEL", "PID", "SINCE", "OWES", "STARTS/H", "NOTE"] as const;
const stateOrder: Readonly<Record<ListedLease["state"], number>> = { running: 0, settling: 1, waiting: 2 };

export function renderLeases(leases: readonly ListedLease[], nowMs: number, columns: number): string {
  const sorted = leases.toSorted(
    (a, b) => stateOrder[a.state] - stateOrder[b.state] || (a.position ?? 0) - (b.position ?? 0),
  );
  const rows = sorted.map((lease) => toCellsOf(lease, nowMs));
  // Nobody needs a column in which nothing stands.
  const shown = HEADER.map((_name, column) => rows.some((row) => (row[column] ?? "") !== ""));
  const lines = [HEADER, ...rows].map((row) => row.filter((_cell, column) => shown[column]));
  const widths = (lines[0] ?? []).map((_name, column) => Math.max(...lines.map((row) => toCells(row[column] ?? ""))));
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

function toCellsOf(lease: ListedLease, nowMs: number): string[] {
  return [
    lease.id.slice(0, 8),
    lease.state,
    toTerminalText(lease.class, 40),
    lease.label === null ? "" : toTerminalText(lease.label, 24),
    String(lease.pid),
    formatLocalClock(Date.parse(lease.started_at ?? lease.queued_at), nowMs),
    lease.state === "waiting" ? toCost(lease.expected, lease.cost_source) : toCost(lease.owed, lease.cost_source),
    String(lease.starts_last_hour),
    toNote(lease, nowMs),
  ];
}

/** Of the 5-hour and the weekly window; what is only guessed has a question mark. */
function toCost(points: Readonly<Record<string, number>>, source: ListedLease["cost_source"]): string {
  const parts = Object.entries(names).flatMap(([window, name]) =>
    points[window] === undefined ? [] : [`${name} ${points[window].toFixed(1)}`],
  );
  return `${parts.join(" ")}${source === "guess" && parts.length > 0 ? "?" : ""}`;
}

const names: Readonly<Record<string, string>> = { five_hour: "5h", seven_day: "wk" };

function toNote(
  { state, priority, position, blocked_by, window, expected_at, is_braked }: ListedLease,
  nowMs: number,
): string {
  if (is_braked) return "told to hand over";
  if (state === "settling") return "ended, until the next reading";
  const rank = priority === "normal" ? [] : [`priority ${priority}`];
  if (state === "running") return rank.join();
  const until = expected_at === null ? "" : ` until ${formatLocalClock(Date.parse(expected_at), nowMs)}`;
  const why: Readonly<Record<string, string>> = {
    gate: "its own gate is closed",
    window: `${window === null ? "a window" : toWindowName(window)} is taken${until}`,
    queue: "others come first",
    turn: "its turn comes in a moment",
    stale: "no fresh reading",
    restart: "the bridge has just started",
  };
  return [`number ${position ?? 1}`, ...rank, ...(blocked_by === null ? [] : [why[blocked_by] ?? blocked_by])].join(
    ", ",
  );
}
