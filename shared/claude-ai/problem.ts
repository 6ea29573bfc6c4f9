// What can be wrong with one part of an answer, as `<part>: <code>` with codes from one closed list.
import type { PollState } from "../poll-state.ts";

export const partProblemCodes = [
  "not-available",
  "no-plan",
  "bad-utilization",
  "bad-time",
  "bad-shape",
  "bad-money",
  "duplicate",
] as const;
export type PartProblemCode = (typeof partProblemCodes)[number];
export type ProblemCode = PartProblemCode | Exclude<PollState, "ok">;

/** A part may carry the server's own key, so it is cut down to the wire's alphabet. */
export function toProblem(part: string, code: ProblemCode): string {
  return `${
    part
      .toLowerCase()
      .replace(/[^a-z0-9_:-]/g, "-")
      .slice(0, 80) || "unnamed"
  }: ${code}`;
}
