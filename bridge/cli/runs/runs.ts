// `claude-meter runs [--json]`: every run of this machine that has no status file of its own, with what became of it.
import { readProcessState } from "../../state/process-state.ts";
import { readRunFiles } from "../../state/run-files.ts";
import { decideRunState } from "../../state/run-status.ts";
import { writeError, writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { isTerminal, toTerminal } from "../terminal.ts";
import { renderRuns } from "./render-runs.ts";

export const runsOptionNames = {
  command: "runs",
  flags: ["json", "no-color"],
  texts: [],
} as const satisfies OptionNames;

/** Nobody scrolls back further. */
const NEWEST = 50;

export async function runRuns(args: string[]): Promise<void> {
  const given = parseOptions(args, runsOptionNames);
  const nowMs = Date.now();
  const { runs, unreadable } = await readRunFiles(nowMs);
  const shown = runs.map(({ status }) => ({ ...status, state: decideRunState(status, nowMs, readProcessState) }));
  for (const path of unreadable) writeError(`claude-meter: ${path} is not a status file of a run: remove it.\n`);
  if (given.has("json")) return writeOut(`${JSON.stringify(shown)}\n`);
  if (shown.length === 0) return writeError("No runs yet: start one with `claude-meter run -- <command>`.\n");
  const room = isTerminal()
    ? { columns: toTerminal(true).columns, runs: NEWEST }
    : { columns: Infinity, runs: Infinity };
  writeOut(renderRuns(shown, nowMs, room));
}
