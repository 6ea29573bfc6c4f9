// What became of a run, as its caller sees it: the exit code, the status file, and what `run` itself said on stderr.
import type { RunStatus } from "../../bridge/state/run-status.ts";
import type { Ended } from "./pane.ts";

export type Outcome = "done" | "limit" | "person" | "held-back" | "throttle" | "overload" | "failed";

const OVER = 75;

export function toOutcome({ code, stderr, status }: Ended & { status: RunStatus }): Outcome {
  const said = toWords(stderr);
  if (code === OVER && status["reason"] === "held-back") return "held-back";
  if (code === OVER && status.limit !== null) return /someone has to act/.test(said) ? "person" : "limit";
  if (code === 0) return "done";
  if (/overload/i.test(said)) return "overload";
  // The words of a 429 that is not the plan.
  return /throttl|rate limit|429/i.test(said) ? "throttle" : "failed";
}

/** Without what the command wrote beside it. */
export function toWords(stderr: string): string {
  return stderr
    .split("\n")
    .filter((line) => line.startsWith("Claude ") || line.startsWith("claude-meter: "))
    .join(" | ");
}
