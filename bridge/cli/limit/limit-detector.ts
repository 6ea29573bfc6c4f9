// Watches stdout and stderr of a command and knows, at each moment, whether a usage limit stands in its way. Pure but
// for what it remembers; time is handed in.
import type { Signal } from "./claude-message.ts";
import { type Limit, mergeLimit, type Trouble } from "./limit.ts";
import { createOutputReader } from "./output-reader.ts";

export type OutputName = "stdout" | "stderr";

export type LimitDetector = {
  push: (output: OutputName, chunk: Buffer) => void;
  /** Reads last lines that had no line feed. */
  end: () => void;
  /** The command itself said in JSON that the limit was hit, and has not gone on since. */
  isBlocked: () => boolean;
  /** What the command ended for; `hasFailed` by its exit code or signal. */
  decide: (hasFailed: boolean) => Finding | undefined;
};

export type Finding = { kind: "limit"; limit: Limit } | { kind: "trouble"; trouble: Trouble };

/** A plain sentence explains a failure only when it stands at the end, where nothing but a script's last words follow. */
const MAX_LINES_AFTER = 20;

type Said = { finding: Finding; linesAfter: number };

export function createLimitDetector(now: () => number): LimitDetector {
  let certain: Finding | undefined;
  let isProgressing = false;
  const likely = new Map<OutputName, Said>();

  const onSignal = (output: OutputName, signal: Signal, isCertain: boolean) => {
    switch (signal.kind) {
      case "limit":
      case "trouble":
        if (isCertain) {
          certain = mergeFinding(certain, signal);
          isProgressing = false;
        } else likely.set(output, { finding: mergeFinding(likely.get(output)?.finding, signal), linesAfter: 0 });
        break;
      case "cleared":
        certain = undefined;
        likely.clear();
        break;
      case "progress":
        isProgressing = true;
        break;
      case "none":
    }
  };

  const toReader = (output: OutputName) =>
    createOutputReader({
      onSignal: (signal, isCertain) => onSignal(output, signal, isCertain),
      onLine: () => {
        const said = likely.get(output);
        if (said) said.linesAfter += 1;
      },
      needsProgress: () => certain?.kind === "limit" && !isProgressing,
      now,
    });
  const readers = { stdout: toReader("stdout"), stderr: toReader("stderr") };

  return {
    push: (output, chunk) => readers[output].push(chunk),
    end: () => {
      readers.stdout.end();
      readers.stderr.end();
    },
    isBlocked: () => certain?.kind === "limit" && !isProgressing,
    decide: (hasFailed) => {
      if (certain?.kind === "limit") return certain;
      if (!hasFailed) return undefined;
      const last = [...likely.values()]
        .filter((said) => said.linesAfter <= MAX_LINES_AFTER)
        .map((said) => said.finding);
      return last.find((finding) => finding.kind === "limit") ?? certain ?? last[0];
    },
  };
}

/** A limit that was told stays one: a 429 without words after it is the same wall. */
function mergeFinding(known: Finding | undefined, next: Finding): Finding {
  if (known?.kind !== "limit") return next;
  return next.kind === "limit" ? { kind: "limit", limit: mergeLimit(known.limit, next.limit) } : known;
}
