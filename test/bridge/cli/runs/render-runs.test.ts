// The list of runs at every width: whole where it fits, two lines a run where it does not, and the newest of many.
import { describe, expect, test } from "vitest";
import { toCells } from "../../../../bridge/cli/cells.ts";
import { renderRuns } from "../../../../bridge/cli/runs/render-runs.ts";
import type { RunStatus } from "../../../../bridge/state/run-status.ts";
import { at, now } from "../rows.ts";

function createRun(parts: Partial<RunStatus> = {}): RunStatus {
  return {
    schema: 1,
    id: "1a2b3c4d",
    state: "running",
    label: "夜间任务 😀 night",
    command: "claude",
    pid: 4_194_303,
    child_pid: null,
    started_at: at(-3_600_000),
    heartbeat_at: at(-1_000),
    ended_at: null,
    exit_code: null,
    restarts: 1,
    limit: null,
    resume_at: null,
    ...parts,
  };
}

const waiting = createRun({
  state: "waiting",
  limit: { class: "quota", window: "seven_day", resets_at: null, hit_at: at(-60_000) },
  resume_at: at(400_000_000),
});
const runs = [createRun(), waiting, createRun({ state: "failed", exit_code: 75, label: null, restarts: 0 })];

describe.each([40, 80, 200])("in %i columns", (columns) => {
  const lines = renderRuns(runs, now, { columns, runs: 50 }).trimEnd().split("\n");

  test("no line is wider, and no run is missing", () => {
    expect(Math.max(...lines.map(toCells))).toBeLessThanOrEqual(columns);
    expect(lines.filter((line) => line.startsWith("1a2b3c4d"))).toHaveLength(3);
  });

  test("a label of wide characters moves no column", () => {
    if (columns < 200) return expect(lines[0]).toBe("1a2b3c4d  running");
    const places = lines.slice(1).map((line) => toCells(line.slice(0, line.indexOf("4194303"))));
    expect(new Set(places).size).toBe(1);
  });
});

test("where a line has no room there are two", () => {
  expect(renderRuns(runs.slice(2), now, { columns: 60, runs: 50 })).toMatch(
    /^1a2b3c4d {2}failed, exit code 75\n {2}claude \(4194303\), \d\d:\d\d\n$/,
  );
});

test("of many the newest are shown, and how many there are besides", () => {
  const many = Array.from({ length: 60 }, (_, index) => createRun({ id: `run-${index}` }));
  const lines = renderRuns(many, now, { columns: 200, runs: 50 }).trimEnd().split("\n");
  expect(lines[0]).toBe("(10 older: claude-meter runs --json)");
  expect(lines[2]).toMatch(/^run-10 /);
  expect(lines).toHaveLength(52);
});

test("a pipe gets all of them, a line each", () => {
  const many = Array.from({ length: 60 }, () => waiting);
  const lines = renderRuns(many, now, { columns: Infinity, runs: Infinity }).trimEnd().split("\n");
  expect(lines).toHaveLength(61);
  expect(lines[1]).toMatch(/resumes \w+ \d\d:\d\d$/);
});
