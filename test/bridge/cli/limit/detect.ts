// Hands output to a detector as a process would, whole or in pieces, and gives what it decided.
import { isForPerson } from "../../../../bridge/cli/limit/limit.ts";
import { createLimitDetector, type Finding, type OutputName } from "../../../../bridge/cli/limit/limit-detector.ts";

export type Detected = { failed: Finding | undefined; succeeded: Finding | undefined; isBlocked: boolean };

export const NOW_MS = Date.UTC(2026, 10, 20, 10);

/** What the same output means with a failing and with a good exit code. */
export function detect(
  text: string | Buffer,
  output: OutputName = "stdout",
  cuts: readonly number[] = [],
  isMerged = false,
): Detected {
  const bytes = Buffer.from(text);
  const detector = createLimitDetector({ now: () => NOW_MS, isMerged });
  const edges = [0, ...[...cuts].map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [index, edge] of edges.entries()) {
    const chunk = Buffer.from(bytes.subarray(edge, edges[index + 1]));
    detector.push(output, chunk);
    // A stream may reuse its memory: what the detector kept must be its own.
    chunk.fill(0);
  }
  detector.end();
  return { failed: detector.decide(true), succeeded: detector.decide(false), isBlocked: detector.isBlocked() };
}

/** "plan five_hour", "trouble throttle", "none": short enough for a table. */
export function toWord(finding: Finding | undefined): string {
  if (!finding) return "none";
  switch (finding.kind) {
    case "limit":
      return `${finding.limit.class} ${finding.limit.window}${isForPerson(finding.limit) ? " person" : ""}`;
    case "trouble":
      return `trouble ${finding.trouble}`;
    case "held-back":
      return `held-back ${finding.tool ?? "prompt"}`;
  }
}
