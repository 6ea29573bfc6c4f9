// Which ends and stalls of runs are to be told, each of them once; and whether the meter has gone blind under them. Pure.
import type { RunState, RunStatus } from "../../state/run-status.ts";

export type RunNotice = { kind: "stalled" | "failed" | "done"; run: RunStatus };

/** What was last told of each run that is still listed. */
export type ToldRuns = Readonly<Record<string, RunState>>;

const kinds: Partial<Record<RunState, RunNotice["kind"]>> = {
  stalled: "stalled",
  dead: "failed",
  failed: "failed",
  completed: "done",
};

/** `before` is undefined at the first sight of all: what ended before then is old news. */
export function decideRunNotices(
  runs: readonly RunStatus[],
  before: ToldRuns | undefined,
): { notices: RunNotice[]; told: ToldRuns } {
  const notices = runs.flatMap((run) => {
    const kind = kinds[run.state];
    const known = before?.[run.id];
    return kind === undefined || before === undefined || known === run.state || hasEnded(known) ? [] : [{ kind, run }];
  });
  const told = runs.map((run) => {
    const known = before?.[run.id];
    return [run.id, hasEnded(known) ? known : run.state] as const;
  });
  return { notices, told: Object.fromEntries(told) };
}

/** Said once it is final; one that only seemed dead may still end, which nobody needs to hear of again. */
function hasEnded(state: RunState | undefined): state is RunState {
  return state === "completed" || state === "failed" || state === "dead";
}

export function isActive({ state }: Pick<RunStatus, "state">): boolean {
  return state === "running" || state === "waiting" || state === "stalled";
}

const LOST_AFTER_MS = 600_000;

/** Whether work is under way and nobody reads the number any more. */
export function isLost(runs: readonly RunStatus[], fetchedAt: readonly string[], nowMs: number): boolean {
  const newestMs = Math.max(...fetchedAt.map((at) => Date.parse(at)));
  return runs.some(isActive) && fetchedAt.length > 0 && nowMs - newestMs > LOST_AFTER_MS;
}
