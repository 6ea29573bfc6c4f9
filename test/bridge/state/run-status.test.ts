// What a reader makes of a status file.
import { describe, expect, test } from "vitest";
import { decideRunState, isOutdated, type RunStatus } from "../../../bridge/state/run-status.ts";

const NOW_MS = Date.UTC(2026, 10, 20, 10);
const ago = (seconds: number) => new Date(NOW_MS - seconds * 1000).toISOString();
const run: RunStatus = {
  schema: 1,
  id: "6880059e",
  state: "running",
  label: null,
  command: "claude",
  pid: 42,
  child_pid: 43,
  started_at: ago(3_600),
  heartbeat_at: ago(1),
  ended_at: null,
  exit_code: null,
  restarts: 0,
  limit: null,
  resume_at: null,
};

describe("the state", () => {
  test.each([
    { name: "as written, while it beats", state: "running", beat: 9, process: "alive", shown: "running" },
    { name: "stalled stays stalled", state: "stalled", beat: 9, process: "alive", shown: "stalled" },
    { name: "waiting stays waiting", state: "waiting", beat: 9, process: "alive", shown: "waiting" },
    { name: "dead after 30 s, whoever has its number", state: "running", beat: 31, process: "alive", shown: "dead" },
    { name: "alive at 30 s", state: "running", beat: 30, process: "alive", shown: "running" },
    { name: "dead sooner when its process is gone", state: "waiting", beat: 13, process: "gone", shown: "dead" },
    {
      name: "but not while it beats: it may be in a container",
      state: "running",
      beat: 11,
      process: "gone",
      shown: "running",
    },
    { name: "stopped by Ctrl-Z, however long", state: "running", beat: 900, process: "stopped", shown: "stopped" },
    { name: "completed is for good", state: "completed", beat: 9_999, process: "gone", shown: "completed" },
    { name: "failed is for good", state: "failed", beat: 9_999, process: "gone", shown: "failed" },
  ] as const)("$name", ({ state, beat, process, shown }) => {
    expect(decideRunState({ ...run, state, heartbeat_at: ago(beat) }, NOW_MS, () => process)).toBe(shown);
  });
});

describe("it is forgotten", () => {
  const week = 7 * 86_400;
  test.each([
    { name: "seven days after its end", ended: week + 1, beat: week + 1, outdated: true },
    { name: "not before", ended: week - 1, beat: week + 1, outdated: false },
    { name: "seven days after its last heartbeat", ended: null, beat: week + 1, outdated: true },
    { name: "never while it beats", ended: null, beat: 1, outdated: false },
  ])("$name", ({ ended, beat, outdated }) => {
    const times = { heartbeat_at: ago(beat), ended_at: ended === null ? null : ago(ended) };
    expect(isOutdated({ ...run, ...times }, NOW_MS)).toBe(outdated);
  });
});
