// `claude-meter runs [--json]`: every run of this machine that has no status file of its own, with what became of it.
import { writeError, writeOut } from "../output.ts";
import { parseOptions } from "../parse-options.ts";
import { readRunFiles } from "../run/run-files.ts";
import { decideRunState } from "../run/run-status.ts";
import { isTerminal, toTerminal } from "../terminal.ts";
import { renderRuns } from "./render-runs.ts";

/** Nobody scrolls back further. */
const NEWEST = 50;

export async function runRuns(args: string[]): Promise<void> {
  const given = parseOptions(args, { flags: ["json", "no-color"], texts: [] });
  const nowMs = Date.now();
  const { runs, unreadable } = await readRunFiles(nowMs);
  const shown = runs.map(({ status }) => ({ ...status, state: decideRunState(status, nowMs, isAlive) }));
  for (const path of unreadable) writeError(`claude-meter: ${path} can not be read as a run; remove it.\n`);
  if (given.has("json")) return writeOut(`${JSON.stringify(shown)}\n`);
  if (shown.length === 0) return writeError("There are no runs: `claude-meter run -- <command>` makes one.\n");
  const room = isTerminal()
    ? { columns: toTerminal(true).columns, runs: NEWEST }
    : { columns: Infinity, runs: Infinity };
  writeOut(renderRuns(shown, nowMs, room));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // ESRCH: it has ended. EPERM: its number is another user's by now.
    return false;
  }
}
