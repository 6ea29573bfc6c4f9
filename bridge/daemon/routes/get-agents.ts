// GET /agents: the runs of this computer as they stand now, and the sessions that a limit stopped; the newest first.
import type { Agent, Agents, StoppedSession } from "../../../shared/agents.ts";
import { readHandovers } from "../../state/handover-files.ts";
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
    const agents = newest.map(({ status }) => toAgent(status, nowMs));
    const body: Agents = { agents, handovers: await readStopped(folder, nowMs) };
    return { status: 200, body };
  };
}

async function readStopped(folder: string, nowMs: number): Promise<StoppedSession[]> {
  try {
    const pending = (await readHandovers(nowMs, folder)).filter(({ state }) => state === "pending");
    return pending.reverse().map(({ session_id, folder: own, limit, cut_at }) => {
      return { session_id, folder: own, window: limit.window, resets_at: limit.resets_at, cut_at };
    });
  } catch {
    // A folder that is not ours alone: the runs are still worth an answer, and `handovers` says what is wrong.
    return [];
  }
}

/** Only what the page shows: a later run may write more into its file. */
function toAgent(run: RunStatus, nowMs: number): Agent {
  const { id, label, command, started_at, heartbeat_at, ended_at, exit_code, restarts, reason = null, resume_at } = run;
  const state = decideRunState(run, nowMs, readProcessState);
  return { id, state, label, command, started_at, heartbeat_at, ended_at, exit_code, restarts, reason, resume_at };
}
