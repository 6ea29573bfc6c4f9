// What the bridge tells the agents page of the runs of this computer. A prompt is never part of it: no arguments, no output.
import * as z from "zod/mini";
import { isoSchema } from "./wire-text.ts";

export const agentStateSchema = z.enum(["waiting", "running", "stalled", "stopped", "dead", "completed", "failed"]);
export type AgentState = z.infer<typeof agentStateSchema>;

/** Loose, and what may be missing is optional: a later bridge may say more. */
export const agentSchema = z.looseObject({
  id: z.string(),
  state: agentStateSchema,
  label: z.nullable(z.string()),
  /** The name of the command without its arguments. */
  command: z.string(),
  started_at: isoSchema,
  heartbeat_at: isoSchema,
  ended_at: z.nullable(isoSchema),
  exit_code: z.nullable(z.int()),
  restarts: z.int(),
  /** Why it ended or waits: limit, needs-person, held-back, …; null where nothing is known. */
  reason: z.optional(z.nullable(z.string())),
  /** When it means to go on. */
  resume_at: z.nullable(isoSchema),
});
export type Agent = z.infer<typeof agentSchema>;

/** A session that a limit stopped and nobody went on with. */
export const stoppedSessionSchema = z.looseObject({
  session_id: z.string(),
  folder: z.string(),
  window: z.nullable(z.string()),
  resets_at: z.nullable(isoSchema),
  cut_at: isoSchema,
});
export type StoppedSession = z.infer<typeof stoppedSessionSchema>;

export const agentsSchema = z.looseObject({
  agents: z.array(agentSchema),
  handovers: z.optional(z.array(stoppedSessionSchema)),
});
export type Agents = z.infer<typeof agentsSchema>;
