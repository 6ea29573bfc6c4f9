// Fills the template of `claude-meter line`: our own words and numbers only, unless a placeholder asks for a name. Pure.
import { toDisplayText } from "../../../shared/display-text.ts";
import { formatDuration, formatPercent } from "../../../shared/format.ts";
import { formatLocalClock } from "../../../shared/format-local-clock.ts";
import type { Row, ShownWindow } from "../../../shared/freshness.ts";
import { toMoneyPercent } from "../gate/decide-gate.ts";
import { isModel } from "../gate/watched.ts";

const PLACEHOLDER = /\{([a-z0-9_]+)(?::([^{}]+))?\}/g;
const UNKNOWN = "?";

export type LineOptions = {
  nowMs: number;
  /** Without one: the number that binds and when it starts again, or the money of an account without limits. */
  template?: string | undefined;
  /** Ids instead of names. */
  redact?: boolean;
};

export function formatLine(row: Row, { nowMs, template = toDefault(row), redact = false }: LineOptions): string {
  let named = findBinding(row);
  const percentOf = (window: ShownWindow | undefined) => {
    named = window;
    // Among newer ones an old number would look new.
    return formatPercent((window?.stale && !row.stale ? null : window?.utilization) ?? null);
  };
  let isAged = false;
  const line = template.replace(PLACEHOLDER, (written: string, name: string, argument: string | undefined) => {
    switch (argument === undefined ? name : `${name}:`) {
      case "5h":
        return percentOf(findWindow(row, "five_hour"));
      case "7d":
        return percentOf(findWindow(row, "seven_day"));
      case "window:":
        return percentOf(findWindow(row, argument));
      case "model:":
        return percentOf(findModel(row, argument ?? ""));
      case "binding":
        return percentOf(findBinding(row));
      case "binding_name":
        return toStatusText(findBinding(row)?.[redact ? "id" : "label"] ?? UNKNOWN);
      case "reset":
        return formatReset(named, (resetMs) => (resetMs > nowMs ? formatDuration(resetMs - nowMs) : "due"));
      case "reset_clock":
        return formatReset(named, (resetMs) => formatLocalClock(resetMs, nowMs));
      case "money":
        return formatPercent(row.money && toMoneyPercent(row.money));
      case "age":
        isAged = true;
        return formatDuration(row.age_seconds * 1000);
      case "state":
        isAged = true;
        return row.state;
      default:
        return written;
    }
  });
  return row.stale && !isAged ? `${line} (stale, ${formatDuration(row.age_seconds * 1000)})` : line;
}

function toDefault(row: Row): string {
  return row.windows.some((window) => window.scope === "account") ? "{binding}% {reset}" : "{money}%";
}

function findWindow(row: Row, id: string | undefined): ShownWindow | undefined {
  return row.windows.find((window) => window.id === id);
}

/** The fullest of the model's windows. */
function findModel(row: Row, model: string): ShownWindow | undefined {
  const windows = row.windows.filter((window) => window.scope === "model" && isModel(window, model));
  return windows.toSorted((a, b) => (b.utilization ?? 101) - (a.utilization ?? 101))[0];
}

/** While no window counts, one that has not started speaks for all; one with an unknown value does not let it. */
function findBinding(row: Row): ShownWindow | undefined {
  if (row.binding !== null) return findWindow(row, row.binding);
  const windows = row.windows.filter((window) => window.scope === "account");
  return windows.find((window) => window.state !== "idle") ?? windows[0];
}

function formatReset(window: ShownWindow | undefined, format: (resetMs: number) => string): string {
  if (window?.state === "idle") return "-";
  return window && window.resets_at !== null ? format(Date.parse(window.resets_at)) : UNKNOWN;
}

/** tmux runs `#(…)` that it finds in a status text; a doubled # is only a #. */
function toStatusText(text: string): string {
  return toDisplayText(text).replaceAll("#", "##");
}
