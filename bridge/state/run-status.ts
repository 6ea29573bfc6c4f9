// What a run tells dashboards about itself: one small JSON file, and what a reader makes of it. The command's arguments
// stay out of it, because they can hold prompts.
import * as z from "zod/mini";
import { isoSchema } from "../../shared/wire-text.ts";
import type { ProcessState } from "./process-state.ts";

export const runStateSchema = z.enum(["waiting", "running", "stalled", "stopped", "dead", "completed", "failed"]);
export type RunState = z.infer<typeof runStateSchema>;

/** Loose, because a later version may have written more. */
export const runStatusSchema = z.looseObject({
  schema: z.literal(1),
  id: z.string(),
  /** waiting: for a reset, or until a retry. stalled: no output for a while. stopped and dead are only ever said by readers. */
  state: runStateSchema,
  label: z.nullable(z.string()),
  /** The name of the command without its arguments. */
  command: z.string(),
  /** The process that keeps this file, and the command while it runs. */
  pid: z.int(),
  child_pid: z.nullable(z.int()),
  started_at: isoSchema,
  heartbeat_at: isoSchema,
  ended_at: z.nullable(isoSchema),
  /** What the run ended with; null while it has not, and when a signal ended it. */
  exit_code: z.nullable(z.int()),
  restarts: z.int(),
  /** The last limit it ran into. */
  limit: z.nullable(
    z.looseObject({
      class: z.string(),
      window: z.nullable(z.string()),
      resets_at: z.nullable(isoSchema),
      hit_at: isoSchema,
    }),
  ),
  /** Why it ended or waits: limit, needs-person, held-back, a kind of trouble of the server; absent where none is known. */
  reason: z.optional(z.nullable(z.string())),
  /** With --else: which of the two was started last. */
  ran: z.optional(z.nullable(z.enum(["command", "else"]))),
  /** Its lease: waiting for one, holding one, or none since there was no bridge to ask. */
  lease: z.optional(
    z.nullable(
      z.looseObject({
        state: z.enum(["waiting", "held", "none"]),
        class: z.string(),
        position: z.nullable(z.int()),
        blocked_by: z.nullable(z.string()),
        window: z.nullable(z.string()),
      }),
    ),
  ),
  /** When it means to go on; null unless it waits and knows. */
  resume_at: z.nullable(isoSchema),
});
export type RunStatus = z.infer<typeof runStatusSchema>;

export const HEARTBEAT_MS = 10_000;
/** Three heartbeats. */
const DEAD_AFTER_MS = 30_000;
/** One heartbeat that did not come. */
const MISSED_AFTER_MS = 12_000;

export function hasEnded(status: RunStatus): boolean {
  return status.state === "completed" || status.state === "failed";
}

/** A run that was killed or stopped, or whose machine was, cannot say so itself. */
export function decideRunState(status: RunStatus, nowMs: number, readProcess: (pid: number) => ProcessState): RunState {
  if (hasEnded(status)) return status.state;
  const silentMs = nowMs - Date.parse(status.heartbeat_at);
  if (silentMs <= MISSED_AFTER_MS) return status.state;
  const process = readProcess(status.pid);
  // Ctrl-Z stops its heart as well.
  if (process === "stopped") return "stopped";
  // A run in a container that shares the folder has a number of another kind; its heartbeat speaks for it.
  return silentMs > DEAD_AFTER_MS || process === "gone" ? "dead" : status.state;
}

export const KEPT_MS = 7 * 86_400_000;

/** Whether nobody can want to see it any more. */
export function isOutdated(status: RunStatus, nowMs: number): boolean {
  const last = status.ended_at ?? status.heartbeat_at;
  return nowMs - Date.parse(last) > KEPT_MS;
}
