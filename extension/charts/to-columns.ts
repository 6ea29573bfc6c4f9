// Runs of values as the columns that a chart wants: all moments once, and each line's value at each of them. Pure.
import type { Run } from "../to-runs.ts";

/** Null: not known at that moment. */
export type Columns = { at: number[]; values: (number | null)[][] };

export function toColumns(lines: readonly (readonly Run[])[]): Columns {
  const steps = lines.map(toSteps);
  const at = [...new Set(steps.flatMap((each) => each.map(({ atMs }) => atMs)))].toSorted((a, b) => a - b);
  return { at, values: steps.map((each) => fill(each, at)) };
}

type Step = { atMs: number; percent: number | null };

/** From each moment on a value, or from the end of a run on none. */
function toSteps(runs: readonly Run[]): Step[] {
  return runs.flatMap((run, index) => {
    const steps: Step[] = run.map(({ fromMs, percent }) => ({ atMs: fromMs, percent }));
    const last = run.at(-1);
    if (!last) return steps;
    const nextMs = runs[index + 1]?.[0]?.fromMs ?? Number.POSITIVE_INFINITY;
    // The value is still true in the last moment.
    if (last.toMs > last.fromMs && last.toMs < nextMs) steps.push({ atMs: last.toMs, percent: last.percent });
    if (last.toMs + 1 < nextMs) steps.push({ atMs: last.toMs + 1, percent: null });
    return steps;
  });
}

function fill(steps: readonly Step[], at: readonly number[]): (number | null)[] {
  let next = 0;
  let percent: number | null = null;
  return at.map((atMs) => {
    const step = steps[next];
    if (step?.atMs === atMs) {
      percent = step.percent;
      next += 1;
    }
    return percent;
  });
}
