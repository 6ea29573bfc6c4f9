// A problem code as the sentence a user reads: what is missing and what it means for the numbers.

import { type PartProblemCode, partProblemCodes } from "../../shared/claude-ai/problem.ts";
import { type PollState, pollStateSchema, pollStateWords } from "../../shared/poll-state.ts";

const partWords = {
  "not-available": "is not available for this organisation.",
  "no-plan": "is not available to this account.",
  "bad-utilization": "has no usable percentage and counts as unknown.",
  "bad-time": "has no usable reset time.",
  "bad-shape": "has an unknown format and was left out.",
  "bad-money": "has an unknown format and was left out.",
  duplicate: "appeared twice; the higher value is shown.",
} as const satisfies Record<PartProblemCode, string>;

export function toProblemSentence(error: string): string {
  const [part = "", code = ""] = error.split(": ");
  const known = partProblemCodes.find((each) => each === code);
  const name = part.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());
  if (known) return `${name} ${partWords[known]}`;
  const state: PollState | undefined = pollStateSchema.safeParse(code).data;
  return state ? `${name}: ${pollStateWords[state]}` : error;
}
