// How alarming a window is: by the user's thresholds, and never less than the server says.
import * as z from "zod/mini";
import type { UsageWindow } from "../usage-window.ts";
import type { Thresholds } from "./wishes.ts";

/** In rising order. */
export const levelSchema = z.enum(["normal", "warning", "critical"]);
export type Level = z.infer<typeof levelSchema>;
const levels = levelSchema.options;

export function decideLevel(window: Pick<UsageWindow, "severity" | "utilization">, thresholds: Thresholds): Level {
  const own = toOwnLevel(window.utilization ?? 0, thresholds);
  const told = levels.find((level) => level === window.severity) ?? "normal";
  return isAbove(told, own) ? told : own;
}

export function isAbove(level: Level, other: Level): boolean {
  return levels.indexOf(level) > levels.indexOf(other);
}

function toOwnLevel(utilization: number, { warning, critical }: Thresholds): Level {
  if (utilization >= critical) return "critical";
  return utilization >= warning ? "warning" : "normal";
}
