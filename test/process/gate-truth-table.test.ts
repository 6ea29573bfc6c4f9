// The gate's truth table: every state of the file, thresholds around the value, and every caller that docs/examples shows.
// Real files, real processes. No doubt may come out as "go", and nothing fresh and below as "stop".
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import { writeRows, writeStatusText } from "../harness/home.ts";
import { CLI_PATH, runProgram } from "../harness/program.ts";
import { createRecentRow, type RowParts, toMoment } from "../harness/recent-row.ts";
import { requireTool } from "../harness/require-tool.ts";
import { test } from "../harness/test.ts";

const EXAMPLES = fileURLToPath(new URL("../../docs/examples/", import.meta.url));
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const levels = [
  { utilization: 0, max: 90 },
  { utilization: 0.4, max: 1 },
  { utilization: 1, max: 1 },
  { utilization: 41.9, max: 42 },
  { utilization: 42, max: 42 },
  { utilization: 89.99, max: 90 },
  { utilization: 90, max: 90 },
  { utilization: 97, max: 90 },
  { utilization: 99, max: 100 },
  { utilization: 100, max: 100 },
  { utilization: 103, max: 100 },
] as const;

type Answer = "go" | "over" | "unknown";
type State = {
  name: string;
  /** What a caller must hear of a value; the rest of the world is doubt. */
  answer: (utilization: number, max: number) => Answer;
  write: (folder: string, utilization: number) => Promise<void>;
  window?: string;
  /** Beyond --max and --window; the jq example knows none of them. */
  options?: string;
};

const known = (utilization: number, max: number): Answer => (utilization < max ? "go" : "over");
const doubt = (): Answer => "unknown";
const oneRow =
  (parts: RowParts = {}) =>
  (folder: string, utilization: number) =>
    writeRows(folder, [createRecentRow({ windows: [{ utilization }], ...parts })]);

const heading =
  (exhausted_at: string | null, parts: RowParts = {}) =>
  (folder: string, utilization: number) => {
    const forecast = { percent_per_hour: 30, percent_at_reset: 130, exhausted_at, pace: null };
    return writeRows(folder, [createRecentRow({ windows: [{ utilization, forecast }], ...parts })]);
  };

const states: State[] = [
  { name: "fresh", answer: known, write: oneRow() },
  { name: "aging", answer: known, write: oneRow({ ageMs: 5 * MINUTE }) },
  { name: "stale", answer: doubt, write: oneRow({ ageMs: 11 * MINUTE }) },
  { name: "13 days old", answer: doubt, write: oneRow({ ageMs: 13 * 24 * 60 * MINUTE }) },
  { name: "dated in the future", answer: doubt, write: oneRow({ ageMs: -60 * MINUTE }) },
  {
    name: "rolled",
    answer: doubt,
    write: (folder, utilization) =>
      writeRows(folder, [createRecentRow({ windows: [{ utilization, resets_at: toMoment(-MINUTE) }] })]),
  },
  {
    name: "idle",
    answer: () => "go",
    write: (folder) => writeRows(folder, [createRecentRow({ windows: [{ utilization: 0, resets_at: null }] })]),
  },
  {
    name: "unknown value",
    answer: doubt,
    write: (folder) => writeRows(folder, [createRecentRow({ windows: [{ utilization: null, state: "unknown" }] })]),
  },
  { name: "unknown window", answer: doubt, write: oneRow(), window: "seven_day" },
  { name: "no windows", answer: doubt, write: oneRow({ windows: [] }) },
  {
    name: "ambiguous account",
    answer: doubt,
    write: (folder, utilization) =>
      writeRows(
        folder,
        ["a", "b"].map((each) =>
          createRecentRow({ org_uuid: `00000000-0000-4000-8000-00000000000${each}`, windows: [{ utilization }] }),
        ),
      ),
  },
  { name: "missing file", answer: doubt, write: async (folder) => void (await mkdir(folder)) },
  { name: "empty file", answer: doubt, write: (folder) => writeStatusText(folder, "") },
  {
    name: "torn file",
    answer: doubt,
    write: async (folder, utilization) => {
      const whole = JSON.stringify({ schema: 1, rows: [createRecentRow({ windows: [{ utilization }] })] });
      await writeStatusText(folder, whole.slice(0, -20));
    },
  },
  {
    name: "bridge down since eleven minutes",
    answer: doubt,
    write: async (folder, utilization) => {
      await oneRow({ ageMs: 11 * MINUTE })(folder, utilization);
      await writeFile(join(folder, "bridge.sock"), "");
    },
  },
  {
    name: "bridge down since a moment",
    answer: known,
    write: async (folder, utilization) => {
      await oneRow()(folder, utilization);
      await writeFile(join(folder, "bridge.sock"), "");
    },
  },
  { name: "about to be full", answer: () => "over", write: heading(toMoment(10 * MINUTE)), options: "--forecast" },
  { name: "about to be full, nobody asks", answer: known, write: heading(toMoment(10 * MINUTE)) },
  { name: "full in an hour", answer: known, write: heading(toMoment(HOUR)), options: "--forecast" },
  { name: "full within --for", answer: () => "over", write: heading(toMoment(HOUR)), options: "--forecast --for 90m" },
  { name: "not full before the reset", answer: known, write: heading(null), options: "--forecast" },
  { name: "without a forecast", answer: known, write: oneRow(), options: "--forecast" },
  {
    name: "about to be full, stale",
    answer: doubt,
    write: heading(toMoment(10 * MINUTE), { ageMs: 11 * MINUTE }),
    options: "--forecast",
  },
  { name: "a forecast that is none", answer: doubt, write: heading("soon"), options: "--forecast" },
];

type Cell = {
  folder: string;
  max: number;
  window: string | undefined;
  options: string | undefined;
  state: string;
  utilization: number;
  expected: Answer;
};

const LOOPS = {
  bash: `. "$1"
while IFS=$'\\t' read -r folder options ignored; do
  CLAUDE_METER_HOME=$folder may_go $options 2>/dev/null
  echo $?
done`,
  jq: `while IFS=$'\\t' read -r folder ignored max window; do
  jq -n -f "$1" --argjson max "$max" \${window:+--arg window "$window"} "$folder/status.json" 2>/dev/null
  echo $?
done`,
  Python: `
import os, sys
sys.path.insert(0, os.path.dirname(sys.argv[1]))
import guard
for line in sys.stdin:
    folder, options = line.rstrip("\\n").split("\\t")[:2]
    os.environ["CLAUDE_METER_HOME"] = folder
    print(guard.ask(*options.split(" ")), flush=True)
`,
  Node: `
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const { ask } = await import(pathToFileURL(process.argv[1]).href);
for (const line of readFileSync(0, "utf8").trimEnd().split("\\n")) {
  const [folder, options] = line.split("\\t");
  process.env.CLAUDE_METER_HOME = folder;
  console.log(ask(...options.split(" ")));
}
`,
} as const;

const callers = {
  bash: { command: "bash", args: ["-c", LOOPS.bash, "loop", join(EXAMPLES, "guard.sh")] },
  jq: { command: "bash", args: ["-c", LOOPS.jq, "loop", join(EXAMPLES, "guard.jq")] },
  Python: { command: "python3", args: ["-B", "-c", LOOPS.Python, join(EXAMPLES, "guard.py")] },
  Node: { command: process.execPath, args: ["--input-type=module", "-e", LOOPS.Node, join(EXAMPLES, "guard.mjs")] },
} as const;
type Caller = keyof typeof callers;
const callerNames: readonly Caller[] = [
  ...(requireTool("jq") ? (["bash", "jq"] as const) : []),
  ...(requireTool("python3") ? (["Python"] as const) : []),
  "Node",
];

/** What a caller's line means; jq has its own codes for a file that it can not read. */
function toAnswer(line: string | undefined): string {
  if (line === undefined || line === "") return "nothing";
  if (line === "0") return "go";
  if (line === "75") return "over";
  return Number.isNaN(Number(line)) ? line : "unknown";
}

let root: string;
const cells: Cell[] = [];
const answers = new Map<Caller, string[]>();

test.beforeAll(async ({ sharedFolder }) => {
  root = sharedFolder;
  const programs = join(root, "bin");
  await mkdir(programs);
  const program = join(programs, "claude-meter");
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${CLI_PATH}" "$@"\n`);
  await chmod(program, 0o755);

  for (const [row, { name: state, answer, write, window, options }] of states.entries()) {
    for (const [column, { utilization, max }] of levels.entries()) {
      const folder = join(root, `${row}-${column}`);
      await write(folder, utilization);
      cells.push({ folder, max, window, options, state, utilization, expected: answer(utilization, max) });
    }
  }
  const input = cells.map(({ folder, max, window, options }) => {
    const words = ["--max", String(max), ...(window === undefined ? [] : ["--window", window]), options ?? ""];
    return [folder, words.join(" ").trim(), String(max), window ?? ""].join("\t");
  });
  const environment = { HOME: root, PATH: `${programs}:${process.env["PATH"] ?? ""}` };
  await Promise.all(
    callerNames.map(async (caller) => {
      const { command, args } = callers[caller];
      const ended = await runProgram(command, args, { environment, stdin: `${input.join("\n")}\n` });
      answers.set(caller, ended.stdout.trimEnd().split("\n").map(toAnswer));
    }),
  );
}, 600_000);

const heard = (caller: Caller) =>
  cells
    .map((cell, index) => ({ ...cell, heard: answers.get(caller)?.[index] }))
    .filter(({ options }) => caller !== "jq" || options === undefined);
const toText = ({ state, utilization, max, heard: answer }: Cell & { heard: string | undefined }) =>
  `${state}, ${utilization} % of ${max} %: ${answer}`;

describe.each(callerNames)("a caller in %s", (caller) => {
  test("never hears go in doubt", () => {
    const wrong = heard(caller).filter((cell) => cell.expected === "unknown" && cell.heard === "go");
    expect(wrong.map(toText)).toEqual([]);
  });

  test("never hears stop when the value is fresh and below", () => {
    const wrong = heard(caller).filter((cell) => cell.expected === "go" && cell.heard !== "go");
    expect(wrong.map(toText)).toEqual([]);
  });

  test.each(states.map(({ name }) => name))("hears the right answer of %s", (state) => {
    const inState = heard(caller).filter((cell) => cell.state === state);
    if (caller !== "jq") expect(inState).toHaveLength(levels.length);
    expect(inState.map(toText)).toEqual(inState.map((cell) => toText({ ...cell, heard: cell.expected })));
  });
});

test("the table has more than six hundred cells, and every answer in it", () => {
  expect(cells.length * callerNames.length).toBeGreaterThanOrEqual(600);
  expect(new Set(cells.map(({ expected }) => expected))).toEqual(new Set(["go", "over", "unknown"]));
});
