// Watches stdout and stderr of a command and knows, at each moment, whether a usage limit stands in its way. Pure but
// for what it remembers; time is handed in.
import type { Signal, ToolUse } from "./claude-message.ts";
import { type Limit, mergeLimit, type Trouble } from "./limit.ts";
import { createOutputReader } from "./output-reader.ts";
import type { EventWindow } from "./rate-limit-event.ts";

export type OutputName = "stdout" | "stderr";

export type LimitDetector = {
  push: (output: OutputName, chunk: Buffer) => void;
  /** Reads last lines that had no line feed. */
  end: () => void;
  /** The command itself said in JSON that the limit was hit, does not wait for it by itself, and has not gone on since. */
  isBlocked: () => boolean;
  /** The client asks again by itself; undefined when it has gone on, or never said so. */
  readRetry: () => Retry | undefined;
  /** What the command ended for; `hasFailed` by its exit code or signal. */
  decide: (hasFailed: boolean) => Finding | undefined;
  /** A subagent's limit, which the command may have got over. */
  readSubagentLimit: () => Limit | undefined;
};

export type Finding =
  | { kind: "limit"; limit: Limit }
  | { kind: "trouble"; trouble: Trouble }
  /** A hook kept work back, so that what ended well was not all that was asked for; null for the prompt itself. */
  | { kind: "held-back"; tool: string | null; words: string };

export type Retry = {
  untilMs: number;
  /** When the first of the retries in a row began. */
  sinceMs: number;
  attempt: number;
  attempts: number | null;
  status: number | null;
};

/** A plain sentence explains a failure only when it stands at the end, where nothing but a script's last words follow. */
const MAX_LINES_AFTER = 20;
/** Longer than any run asks for at once. */
const MAX_TOOLS = 1_000;

type Said = { finding: Finding; linesAfter: number };

type DetectorOptions = {
  now: () => number;
  /** stdout and stderr of the command are one, told as stdout. */
  isMerged?: boolean;
  onWindows?: (windows: readonly EventWindow[]) => void;
};

export function createLimitDetector({ now, isMerged = false, onWindows }: DetectorOptions): LimitDetector {
  let certain: Finding | undefined;
  let isProgressing = false;
  let retry: Retry | undefined;
  let subagentLimit: Limit | undefined;
  const held = createHeldBack();
  const likely = new Map<OutputName, Said>();

  const onFinding = (output: OutputName, finding: Finding, isCertain: boolean) => {
    if (isCertain) {
      // After progress it is another request that met it.
      certain = mergeFinding(isProgressing ? undefined : certain, finding);
      isProgressing = false;
    } else likely.set(output, { finding: mergeFinding(likely.get(output)?.finding, finding), linesAfter: 0 });
  };
  const onSignal = (output: OutputName, signal: Signal, isCertain: boolean) => {
    switch (signal.kind) {
      case "limit":
      case "trouble":
        retry = undefined;
        onFinding(output, signal, isCertain);
        break;
      case "subagent-limit":
        subagentLimit = mergeLimit(subagentLimit, signal.limit);
        // The event before it was about the subagent's request.
        if (certain?.kind === "limit" && certain.limit.text === null) certain = undefined;
        break;
      case "retry": {
        const sinceMs = retry?.sinceMs ?? now();
        retry = { ...signal, sinceMs, untilMs: now() + Math.max(0, signal.delayMs) };
        // It waits by itself: only a limit that it names after this stands in its way.
        isProgressing = true;
        break;
      }
      case "held-back":
        held.add(signal.tool, signal.words);
        break;
      case "cleared":
        certain = undefined;
        retry = undefined;
        likely.clear();
        break;
      case "other-end":
        // An event alone that the agent got over is not what ended it.
        if (isProgressing && certain?.kind === "limit" && certain.limit.text === null) certain = undefined;
        break;
      case "progress":
        retry = undefined;
        isProgressing = true;
        held.onTools(signal.tools);
        break;
      case "tools-ended":
        retry = undefined;
        held.onEnded(signal.ids);
        break;
      case "none":
    }
  };

  const toReader = (output: OutputName) =>
    createOutputReader({
      onSignal: (signal, isCertain) => onSignal(output, signal, isCertain),
      onWindows: (windows) => onWindows?.(windows),
      onLine: () => {
        const said = likely.get(output);
        if (said) said.linesAfter += 1;
      },
      needsProgress: () =>
        (certain?.kind === "limit" && !isProgressing) || retry !== undefined || held.read() !== undefined,
      isMerged,
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
    readRetry: () => retry,
    readSubagentLimit: () => subagentLimit,
    decide: (hasFailed) => {
      if (certain?.kind === "limit") return certain;
      const last = [...likely.values()]
        .filter((said) => said.linesAfter <= MAX_LINES_AFTER)
        .map((said) => said.finding);
      const failure = hasFailed ? (last.find((finding) => finding.kind === "limit") ?? certain ?? last[0]) : undefined;
      return failure ?? held.read();
    },
  };
}

/** A limit that was told stays one: a 429 without words after it is the same wall. Words that deny it do not fit one. */
function mergeFinding(known: Finding | undefined, next: Finding): Finding {
  if (known?.kind !== "limit") return next;
  return next.kind === "limit" ? { kind: "limit", limit: mergeLimit(known.limit, next.limit) } : known;
}

/** Work that a hook kept back and that was not done later; a tool is done when one of its name has ended well since. */
function createHeldBack() {
  let prompt: Finding | undefined;
  const denied = new Map<string, Finding>();
  const names = new Map<string, string>();
  return {
    add: (tool: string | null, words: string) => {
      const finding: Finding = { kind: "held-back", tool, words };
      if (tool === null) prompt = finding;
      else denied.set(tool, finding);
    },
    onTools: (tools: readonly ToolUse[]) => {
      if (denied.size === 0) return;
      for (const { id, name } of tools) if (names.size < MAX_TOOLS) names.set(id, name);
    },
    onEnded: (ids: readonly string[]) => {
      for (const id of ids) denied.delete(names.get(id) ?? "");
    },
    read: (): Finding | undefined => prompt ?? [...denied.values()].at(-1),
  };
}
