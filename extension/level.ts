// How alarming a window is: the server's severity where it gives one, else our own steps.
import type { UsageWindow } from "../shared/usage-window.ts";

export type Level = "normal" | "warning" | "critical";

/** The server's thresholds are unpublished; it was seen to warn from 83 % and to call 100 % critical. */
const WARNING_PERCENT = 80;
const CRITICAL_PERCENT = 95;

export function decideLevel(window: Pick<UsageWindow, "severity" | "utilization">): Level {
  const own = levelOf(window.utilization ?? 0);
  return window.severity === "normal" || window.severity === "warning" || window.severity === "critical"
    ? window.severity
    : own;
}

function levelOf(utilization: number): Level {
  if (utilization >= CRITICAL_PERCENT) return "critical";
  return utilization >= WARNING_PERCENT ? "warning" : "normal";
}
