// The list of `claude-meter handovers`: two lines each, which fit a narrow pane and keep the id whole to be copied. Pure.
import { toDisplayText } from "../../../shared/display-text.ts";
import { formatLocalClock } from "../../../shared/format-local-clock.ts";
import { type Handover, toResetMs } from "../../state/handover-record.ts";
import { cut } from "../cells.ts";
import { toLimitName } from "../limit/limit.ts";
import type { Standing } from "./standing.ts";

export type ShownHandover = { handover: Handover; standing: Standing };

export function renderHandovers(shown: readonly ShownHandover[], nowMs: number, columns: number): string {
  const lines = shown.flatMap(({ handover, standing }) => [
    cut(`${handover.session_id}  ${standing}, ${formatLimit(handover, nowMs)}`, columns),
    cut(`  ${toDisplayText(handover.folder, 200)}, stopped ${formatMoment(handover.cut_at, nowMs)}`, columns),
  ]);
  return `${lines.join("\n")}\n`;
}

/** "5-hour limit, resets 14:20, 3 todos" */
function formatLimit(handover: Handover, nowMs: number): string {
  const { limit, todos_pending: todos } = handover;
  const resetMs = toResetMs(handover);
  const name = `${toDisplayText(toLimitName(limit.window ?? "usage"), 40)} limit`;
  const verb = resetMs !== undefined && resetMs <= nowMs ? "reset" : "resets";
  const reset = resetMs === undefined ? "reset time unknown" : `${verb} ${formatLocalClock(resetMs, nowMs)}`;
  return [name, reset, ...(todos ? [`${todos} todo${todos === 1 ? "" : "s"}`] : [])].join(", ");
}

function formatMoment(iso: string, nowMs: number): string {
  return formatLocalClock(Date.parse(iso), nowMs);
}

/** For a list to choose from. */
export function formatPending({ session_id, folder }: Handover): string {
  return `${session_id}  ${toDisplayText(folder, 200)}`;
}
