// GET /agents: the runs of this computer as they stand now, the newest first.
import type { Agent, Agents } from "../../../shared/agents.ts";
import { readProcessState } from "../../state/process-state.ts";
import { readRunFiles } from "../../state/run-files.ts";
import { decideRunState, type RunStatus } from "../../state/run-status.ts";
import type { Handler } from "../server.ts";

/** Nobody scrolls back further, and the answer stays far below what the extension reads. */
const NEWEST = 200;

export function createGetAgents(folder: string, now: () => number): Handler {
  return async () => {
    const nowMs = now();
    const { runs } = await readRunFiles(nowMs, folder);
    const newest = runs.slice(-NEWEST).reverse();
    const body: Agents = { agents: newest.map(({ status }) => toAgent(status, nowMs)) };
    return { status: 200, body };
  };
}

/** Only what the page shows: a later run may write more into its file. */
function toAgent(run: RunStatus, nowMs: number): Agent {
  const { id, label, command, started_at, heartbeat_at, ended_at, exit_code, restarts, reason = null, resume_at } = run;
  const state = decideRunState(run, nowMs, readProcessState);
  return { id, state, label, command, started_at, heartbeat_at, ended_at, exit_code, restarts, reason, resume_at };
}
