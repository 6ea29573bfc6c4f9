// Writes down that the limit stopped a session. Called by its StopFailure hook.
import { toIso } from "../../../shared/time.ts";
import { readHandover, removeOldHandovers, writeHandover } from "../../state/handover-files.ts";
import { isSessionId } from "../../state/handover-names.ts";
import type { Handover } from "../../state/handover-record.ts";
import type { FailedTurn, StopFailure } from "../hook/stop-failure.ts";
import { isForPerson } from "../limit/limit.ts";
import { decideMeaning, toEventLimit, toEventWindows } from "../limit/rate-limit-event.ts";
import { readRow } from "../row/read-row.ts";
import { readMark } from "../run/run-mark.ts";
import { toConfigFolder } from "./config-folder.ts";
import { countTodos } from "./count-todos.ts";

export async function keepHandover(failure: StopFailure, turn: FailedTurn, tail: string, nowMs: number): Promise<void> {
  // The run around it, or the queue around that, goes on with its work; unless it is one of ours, which does not.
  const isOurs = isSessionId(failure.session_id) && (await readHandover(failure.session_id))?.state === "resumed";
  if (readMark() !== undefined && !isOurs) return;
  const configDir = process.env["CLAUDE_CONFIG_DIR"] || null;
  // Where it was started, since only there its id is found; the agent may have gone elsewhere.
  const folder = process.env["CLAUDE_PROJECT_DIR"] || failure.cwd || null;
  const handover = toHandover(failure, turn, { folder, configDir, weekResetsAt: readWeekReset(nowMs), tail, nowMs });
  if (!handover) return;
  await writeHandover(handover);
  await removeOldHandovers(nowMs);
}

type Circumstances = {
  folder: string | null;
  configDir: string | null;
  weekResetsAt: string | null;
  tail: string;
  nowMs: number;
};

/** Undefined when it was no limit that passes by itself. */
export function toHandover(
  { session_id, transcript_path }: StopFailure,
  { atMs, info }: FailedTurn,
  { folder, configDir, weekResetsAt, tail, nowMs }: Circumstances,
): Handover | undefined {
  if (info === null || decideMeaning(info) !== "limit") return undefined;
  if (!isSessionId(session_id) || !folder || !transcript_path) return undefined;
  const limit = toEventLimit(info, atMs);
  if (isForPerson(limit)) return undefined;
  const week = toEventWindows(info).find(({ window }) => window === "seven_day");
  return {
    schema: 1,
    session_id,
    folder,
    config_dir: configDir,
    transcript_path,
    limit: { class: limit.class, window: limit.window, resets_at: toIsoOrNull(limit.resetsAtMs) },
    week_resets_at: toIsoOrNull(week?.resetsAtMs ?? null) ?? weekResetsAt,
    cut_at: toIso(atMs),
    todos_pending: countTodos(toConfigFolder(configDir), session_id, tail),
    state: "pending",
    state_at: toIso(nowMs),
    told_at: null,
  };
}

function readWeekReset(nowMs: number): string | null {
  const reading = readRow(undefined, nowMs);
  if (reading.kind !== "row") return null;
  return reading.row.windows.find(({ id }) => id === "seven_day")?.resets_at ?? null;
}

function toIsoOrNull(ms: number | null): string | null {
  return ms === null ? null : toIso(ms);
}
