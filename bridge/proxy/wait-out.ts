// One refused request from its refusal to an answer that its client gets: the order of holding, asking again and giving up.
import type { ApiLimit } from "../../shared/api-limit/decide-api-limit.ts";
import type { WaitRules } from "../state/wait-rules.ts";
import { decideWait } from "./decide-wait.ts";
import type { ReleaseLine } from "./release-line.ts";

/** What upstream answered: `limit` when it refused. */
export type Outcome<T> = { answer: T; limit: ApiLimit | undefined; isRefused: boolean };

export type RefusedTurn<T> = {
  /** Credential and model: who has the same waits for the same reset. */
  name: string;
  isHoldable: () => boolean;
  ask: () => Promise<Outcome<T>>;
  /** To a client that has heard nothing yet, as it came; `isLast` when it need not ask again by itself. */
  pass: (answer: T, isLast: boolean) => void;
  /** The head of a stream, and signs of life from then on. */
  hold: (answer: T) => void;
  /** The answer into the held stream. */
  resume: (answer: T) => void;
  giveUp: (answer: T) => void;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
};

export type WaitOutOptions<T> = {
  rules: WaitRules;
  line: ReleaseLine<Outcome<T>>;
  /** Rejects when aborted. */
  waitUntil: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Undefined when it is no longer held. */
  onHeld: (untilMs: number | undefined) => void;
  now: () => number;
  random: () => number;
};

/** Rejects with an AbortError when the client goes. */
export async function waitOut<T>(
  turn: RefusedTurn<T>,
  first: Outcome<T>,
  { line, now, onHeld, random, rules, waitUntil }: WaitOutOptions<T>,
): Promise<void> {
  const sinceMs = now();
  let outcome = first;
  let isHeld = false;
  let tries = 0;
  try {
    for (;;) {
      const { answer, isRefused, limit } = outcome;
      if (!isRefused) return isHeld ? turn.resume(answer) : turn.pass(answer, false);
      const isHoldable = isHeld || turn.isHoldable();
      const refused = { limit, isHoldable, isHeld, sinceMs, tries, nowMs: now(), share: random() };
      const wait = decideWait(refused, rules);
      if (wait.kind === "pass") return isHeld ? turn.giveUp(answer) : turn.pass(answer, tries > 0);
      tries = wait.kind === "again" ? tries + 1 : 0;
      if (wait.kind === "hold" && !isHeld) {
        turn.hold(answer);
        isHeld = true;
      }
      if (isHeld) onHeld(wait.untilMs);
      await waitUntil(wait.untilMs, turn.signal);
      outcome = wait.kind === "hold" ? await line.pass(turn.name, turn) : await turn.ask();
      turn.signal.throwIfAborted();
    }
  } finally {
    if (isHeld) onHeld(undefined);
  }
}
