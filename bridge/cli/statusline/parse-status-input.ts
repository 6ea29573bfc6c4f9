// What Claude Code tells its status line, as far as it is about the quota. Read by hand: a schema library costs more than
// the whole command. Units are those of this source: percent 0-100, epoch seconds. Pure.
import { parseIsoMs, toIso } from "../../../shared/time.ts";

type HeardWindow = { utilization: number; resets_at: string | null };

export type StatusInput = {
  windows: {
    five_hour?: HeardWindow;
    seven_day?: HeardWindow;
    /** Behind a gateway that caps what a developer spends; of nobody's plan. */
    spend_limit?: HeardWindow;
  };
  /** As Claude Code shows it: "Opus 4.8", else its id. */
  model: string | undefined;
  transcriptPath: string | undefined;
};

const FIVE_HOURS_MS = 18_000_000;
const SEVEN_DAYS_MS = 604_800_000;
/** A gateway's cap is daily, weekly or monthly. */
const LONGEST_PERIOD_MS = 2_678_400_000;
const TOLERANCE_MS = 300_000;
/** Some versions put the epoch of the reset where the percentage belongs. */
const MAX_PERCENT = 1_000;

export function parseStatusInput(input: unknown, nowMs: number): StatusInput {
  const limits = readField(input, "rate_limits");
  const model = readField(input, "model");
  const five_hour = toWindow(readField(limits, "five_hour"), nowMs + FIVE_HOURS_MS);
  const seven_day = toWindow(readField(limits, "seven_day"), nowMs + SEVEN_DAYS_MS);
  const spend_limit = toWindow(readField(limits, "spend_limit"), nowMs + LONGEST_PERIOD_MS);
  return {
    windows: { ...(five_hour && { five_hour }), ...(seven_day && { seven_day }), ...(spend_limit && { spend_limit }) },
    model: toText(readField(model, "display_name")) ?? toText(readField(model, "id")),
    transcriptPath: toText(readField(input, "transcript_path")),
  };
}

/** Undefined when its value is unknown. A reset that no such window can have is no reset. */
function toWindow(window: unknown, latestResetMs: number): HeardWindow | undefined {
  const utilization = readField(window, "used_percentage");
  if (typeof utilization !== "number" || !(utilization >= 0 && utilization <= MAX_PERCENT)) return undefined;
  const resetMs = toMs(readField(window, "resets_at"));
  const isReset = resetMs > 0 && resetMs <= latestResetMs + TOLERANCE_MS;
  return { utilization, resets_at: isReset ? toIso(resetMs) : null };
}

/** Epoch seconds, or ISO text, which some versions write. */
function toMs(moment: unknown): number {
  if (typeof moment === "string") return parseIsoMs(moment) ?? Number.NaN;
  return typeof moment === "number" ? moment * 1000 : Number.NaN;
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
