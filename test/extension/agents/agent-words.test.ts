// The states of runs in words: what a person reads first in the morning, and what no colour has to tell.
import { describe, expect, test } from "vitest";
import { selectRecent, sortAgents, summarizeAgents, toLook, toNote } from "../../../extension/agents/agent-words.ts";
import type { Agent } from "../../../shared/agents.ts";

const NOON_MS = new Date(2026, 10, 20, 12, 0).getTime();
const at = (inMinutes: number) => new Date(NOON_MS + inMinutes * 60_000).toISOString();

function createAgent(more: Partial<Agent> = {}): Agent {
  return {
    id: "0000abcd",
    state: "running",
    label: null,
    command: "claude",
    started_at: at(-90),
    heartbeat_at: at(0),
    ended_at: null,
    exit_code: null,
    restarts: 0,
    reason: null,
    resume_at: null,
    ...more,
  };
}

const failed = createAgent({ state: "failed", ended_at: at(-5), exit_code: 1 });
const heldBack = createAgent({ state: "failed", ended_at: at(-5), exit_code: 75, reason: "held-back" });
const waiting = createAgent({ state: "waiting", resume_at: at(140) });

test.each<{ agents: Agent[]; words: string }>([
  { agents: [], words: "" },
  { agents: [createAgent()], words: "1 agent: 1 running" },
  {
    agents: [createAgent(), waiting, createAgent(), failed],
    words: "4 agents: 1 failed, 1 waiting until 14:20, 2 running",
  },
  { agents: [waiting, createAgent({ state: "waiting", resume_at: at(30) })], words: "2 agents: 2 waiting until 12:30" },
  { agents: [createAgent({ state: "waiting" })], words: "1 agent: 1 waiting" },
  { agents: [heldBack, failed], words: "2 agents: 1 failed, 1 held back" },
])("the summary is $words", ({ agents, words }) => {
  expect(summarizeAgents(agents, NOON_MS)).toBe(words);
});

test("work that a hook held back looks like neither done nor broken", () => {
  expect(toLook(heldBack)).toBe("held-back");
  expect(toLook(failed)).toBe("failed");
});

describe("the note of a run", () => {
  test.each<{ agent: Agent; note: string }>([
    { agent: createAgent(), note: "for 1 h 30 min" },
    { agent: waiting, note: "until 14:20, in 2 h 20 min" },
    { agent: createAgent({ state: "waiting" }), note: "for the reset" },
    { agent: createAgent({ state: "dead", heartbeat_at: at(-30) }), note: "last seen 30 min ago" },
    { agent: failed, note: "exit code 1, 5 min ago" },
    { agent: createAgent({ state: "failed", ended_at: at(-5) }), note: "ended by a signal, 5 min ago" },
    { agent: createAgent({ state: "completed", ended_at: at(-60), exit_code: 0 }), note: "1 h ago" },
    { agent: createAgent({ started_at: at(5) }), note: "for 0 s" },
  ])("that is $agent.state says: $note", ({ agent, note }) => {
    expect(toNote(agent, NOON_MS)).toBe(note);
  });
});

test("what needs a person stands first, and of equals the newest", () => {
  const older = createAgent({ id: "1", started_at: at(-200) });
  const newer = createAgent({ id: "2" });
  expect(sortAgents([older, newer, failed, waiting]).map(({ id, state }) => `${state} ${id}`)).toEqual([
    "failed 0000abcd",
    "waiting 0000abcd",
    "running 2",
    "running 1",
  ]);
});

test("what ended more than a day ago is not shown, what still runs is", () => {
  const old = createAgent({ state: "completed", ended_at: at(-25 * 60) });
  const long = createAgent({ started_at: at(-3 * 24 * 60) });
  expect(selectRecent([old, long, failed], NOON_MS)).toEqual([long, failed]);
});
