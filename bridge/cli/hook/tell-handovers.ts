// Tells a new session, once, what a limit stopped in its folder and how to take it over. Our own words, numbers and ids
// alone, because a model reads it.
import * as z from "zod/mini";
import { formatLocalClock } from "../../../shared/format-local-clock.ts";
import { toIso } from "../../../shared/time.ts";
import { changeHandover, readHandovers } from "../../state/handover-files.ts";
import { type Handover, toResetMs } from "../../state/handover-record.ts";
import { readStanding } from "../handovers/standing.ts";
import { toWindowWords } from "./format-hook-output.ts";

const inputSchema = z.looseObject({ source: z.literal("startup"), cwd: z.string(), session_id: z.unknown() });

/** More would be a list that nobody reads at a start. */
const MOST_TOLD = 3;

/** Undefined when there is nothing to tell. */
export async function tellHandovers(input: unknown): Promise<string | undefined> {
  const start = inputSchema.safeParse(input).data;
  // An agent without a person before it is not to be drawn into another one's work.
  if (!start || process.env["CLAUDE_CODE_ENTRYPOINT"]?.startsWith("sdk")) return undefined;
  try {
    const nowMs = Date.now();
    const folder = process.env["CLAUDE_PROJECT_DIR"] || start.cwd;
    const untold = (await readHandovers(nowMs)).filter(
      (handover) =>
        handover.told_at === null &&
        handover.folder === folder &&
        handover.session_id !== start.session_id &&
        readStanding(handover) === "pending",
    );
    for (const handover of untold) await changeHandover(handover, { told_at: toIso(nowMs) }, nowMs);
    return formatHandovers(untold, nowMs);
  } catch {
    // Its folder is not ours, or the disk is full: `handovers` says so.
    return undefined;
  }
}

export function formatHandovers(handovers: readonly Handover[], nowMs: number): string | undefined {
  const count = handovers.length;
  if (count === 0) return undefined;
  const newest = handovers.slice(-MOST_TOLD).map((handover) => `- ${formatHandover(handover, nowMs)}`);
  const more = count > MOST_TOLD ? [`- ${count - MOST_TOLD} more: \`claude-meter handovers\``] : [];
  const what = count === 1 ? "1 session in this folder was" : `${count} sessions in this folder were`;
  return [`${what} stopped by a usage limit and not resumed:`, ...newest, ...more].join("\n");
}

function formatHandover(handover: Handover, nowMs: number): string {
  const { session_id, limit, todos_pending: todos } = handover;
  const resetMs = toResetMs(handover);
  const reset = resetMs === undefined ? [] : [`reset ${formatLocalClock(resetMs, nowMs)}`];
  const left = todos ? [`${todos} todo${todos === 1 ? "" : "s"} left`] : [];
  const facts = [toWindowWords(limit.window ?? "usage"), ...reset, ...left].join(", ");
  return `${facts}: take it over with \`claude --resume ${session_id}\``;
}
