// What Claude Code tells its status line, as far as it is about the quota. Read by hand: a schema library costs more than
// the whole command. Units are those of this source: percent 0-100, epoch seconds. Pure.
import { toIso } from "../../../shared/time.ts";
import type { Witness, WitnessedWindow } from "../../../shared/witness.ts";

export type StatusInput = {
  windows: Witness["windows"];
  /** As Claude Code shows it: "Opus 4.8", else its id. */
  model: string | undefined;
  transcriptPath: string | undefined;
};

const FIVE_HOURS_MS = 18_000_000;
const SEVEN_DAYS_MS = 604_800_000;
const TOLERANCE_MS = 300_000;
/** Some versions put the epoch of the reset where the percentage belongs. */
const MAX_PERCENT = 1_000;

export function parseStatusInput(input: unknown, nowMs: number): StatusInput {
  const limits = readField(input, "rate_limits");
  const model = readField(input, "model");
  const fiveHour = toWindow(readField(limits, "five_hour"), nowMs + FIVE_HOURS_MS);
  const sevenDay = toWindow(readField(limits, "seven_day"), nowMs + SEVEN_DAYS_MS);
  return {
    windows: { ...(fiveHour && { five_hour: fiveHour }), ...(sevenDay && { seven_day: sevenDay }) },
    model: toText(readField(model, "display_name")) ?? toText(readField(model, "id")),
    transcriptPath: toText(readField(input, "transcript_path")),
  };
}

/** Undefined when its value is unknown. A reset that no such window can have is no reset. */
function toWindow(window: unknown, latestResetMs: number): WitnessedWindow | undefined {
  const utilization = readField(window, "used_percentage");
  if (typeof utilization !== "number" || !(utilization >= 0 && utilization <= MAX_PERCENT)) return undefined;
  const seconds = readField(window, "resets_at");
  const resetMs = typeof seconds === "number" ? seconds * 1000 : Number.NaN;
  const isReset = resetMs > 0 && resetMs <= latestResetMs + TOLERANCE_MS;
  return { utilization, resets_at: isReset ? toIso(resetMs) : null };
}

function readField(value: unknown, key: string): unknown {
  return isFields(value) ? value[key] : undefined;
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
