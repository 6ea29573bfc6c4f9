// The state of a run in words, for one of them and for all. Pure.
import type { Agent, AgentState } from "../../shared/agents.ts";
import { formatClock, formatCountdown, formatDuration } from "../../shared/format.ts";

/** What the page tells apart: work that a hook held back is neither done nor broken. */
export type Look = AgentState | "held-back";

export function toLook({ state, reason }: Pick<Agent, "state" | "reason">): Look {
  return state === "failed" && reason === "held-back" ? "held-back" : state;
}

export const lookWords: Readonly<Record<Look, string>> = {
  running: "running",
  stalled: "stalled",
  waiting: "waiting",
  stopped: "stopped",
  dead: "dead",
  completed: "completed",
  failed: "failed",
  "held-back": "held back",
};

/** What needs a person comes first, then what is under way. */
const order = [
  "stalled",
  "dead",
  "failed",
  "held-back",
  "stopped",
  "waiting",
  "running",
  "completed",
] as const satisfies Look[];

export function isUnderWay({ state }: Pick<Agent, "state">): boolean {
  return state === "running" || state === "waiting" || state === "stalled" || state === "stopped";
}

export function toNote(agent: Agent, nowMs: number): string {
  const { state, started_at, heartbeat_at, ended_at, exit_code: code, resume_at } = agent;
  const toAgo = (moment: string) => formatDuration(Math.max(0, nowMs - Date.parse(moment)));
  switch (state) {
    case "running":
      return `for ${toAgo(started_at)}`;
    case "stalled":
      return `no output for a while, started ${toAgo(started_at)} ago`;
    case "waiting":
      return resume_at === null
        ? "for the reset"
        : `until ${formatClock(resume_at, nowMs)}, ${formatCountdown(Date.parse(resume_at) - nowMs)}`;
    case "stopped":
      return "by job control: continue it with fg in its terminal";
    case "dead":
      return `last seen ${toAgo(heartbeat_at)} ago`;
    case "completed":
      return ended_at === null ? "" : `${toAgo(ended_at)} ago`;
    case "failed": {
      const how = code === null ? "ended by a signal" : `exit code ${code}`;
      return ended_at === null ? how : `${how}, ${toAgo(ended_at)} ago`;
    }
  }
}

/** "4 agents: 1 failed, 1 waiting until 14:20, 2 running"; "" without any. */
export function summarizeAgents(agents: readonly Agent[], nowMs: number): string {
  if (agents.length === 0) return "";
  const parts = order.flatMap((look) => {
    const own = agents.filter((agent) => toLook(agent) === look);
    if (own.length === 0) return [];
    const until = look === "waiting" ? toUntil(own, nowMs) : "";
    return [`${own.length} ${lookWords[look]}${until}`];
  });
  return `${agents.length} ${agents.length === 1 ? "agent" : "agents"}: ${parts.join(", ")}`;
}

/** The first of them to go on. */
function toUntil(waiting: readonly Agent[], nowMs: number): string {
  const [first] = waiting.flatMap(({ resume_at }) => resume_at ?? []).sort();
  return first === undefined ? "" : ` until ${formatClock(first, nowMs)}`;
}

const RECENT_MS = 24 * 3_600_000;

/** What a person wants to see in the morning: all that is under way, and what ended within a day. */
export function selectRecent(agents: readonly Agent[], nowMs: number): Agent[] {
  return agents.filter(
    (agent) => isUnderWay(agent) || nowMs - Date.parse(agent.ended_at ?? agent.heartbeat_at) < RECENT_MS,
  );
}

export function sortAgents(agents: readonly Agent[]): Agent[] {
  const toPlace = (agent: Agent) => order.indexOf(toLook(agent));
  return agents.toSorted((a, b) => toPlace(a) - toPlace(b) || b.started_at.localeCompare(a.started_at));
}
