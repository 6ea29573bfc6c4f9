// The guard as a run needs it: the gate before the first start, the wait for a reset, and what the meter knows of a limit.
import { setTimeout as sleep } from "node:timers/promises";
import { toIso } from "../../../shared/time.ts";
import { decideGate } from "../gate/decide-gate.ts";
import { formatGuardWords } from "../guard/format-guard-words.ts";
import { decideAtOnce, type GuardExit, type GuardNews } from "../guard/news.ts";
import { waitForGo } from "../guard/wait-for-go.ts";
import type { Limit } from "../limit/limit.ts";
import { readRow } from "../row/read-row.ts";
import { findFullLimit, findResetMs } from "./row-limit.ts";
import type { RunRequest } from "./run-request.ts";

export type RunGate = {
  /** As `claude-meter guard` with the same options. */
  open: () => Promise<GuardExit>;
  /** Until the limit is over: by the meter, or by the message's own word where there is no meter. */
  waitFor: (limit: Pick<Limit, "class" | "name" | "window">, resetMs: number | undefined) => Promise<GuardExit>;
  hasReadings: () => boolean;
  /** When the meter says that this limit ends. */
  findResetMs: (limit: Limit) => number | undefined;
  /** The full window behind a refusal that did not say what it was. */
  findFullLimit: () => Limit | undefined;
};

export type RunGateEvents = {
  /** Waiting has begun, until then as far as anybody knows. */
  onWait: (resumeMs: number | undefined) => void;
  say: (words: string) => void;
};

const STEP_MS = 30_000;

/** Its waits reject with an AbortError. */
export function createRunGate(
  { guard, account, loginFolder }: Pick<RunRequest, "guard" | "account"> & { loginFolder?: string },
  abort: AbortSignal,
  { onWait, say }: RunGateEvents,
): RunGate {
  const read = () => readRow(account, Date.now(), loginFolder);
  const pause = (ms: number) => sleep(ms, undefined, { signal: abort });
  const dependencies = { now: Date.now, sleep: pause, read, random: Math.random };
  const tell = (news: GuardNews) => {
    if (news.event === "waiting") onWait(news.resumeMs);
    const words = formatGuardWords(news, guard);
    if (words !== undefined) say(`claude-meter: ${words}`);
  };
  const hasReadings = () => {
    const decision = decideGate(read(), guard, Date.now());
    return decision.verdict !== "doubt" || decision.reason === "rolled";
  };

  return {
    hasReadings,
    findResetMs: (limit) => findResetMs(read(), limit, Date.now()),
    findFullLimit: () => findFullLimit(read(), Date.now()),
    open: async () => {
      const nowMs = Date.now();
      const reading = read();
      const decision = decideGate(reading, guard, nowMs);
      const answer = decideAtOnce(decision, guard);
      if (!answer) return (await waitForGo(guard, { ...dependencies, onNews: tell })).exit;
      tell({ ...answer, decision, reading, nowMs });
      return answer.exit;
    },
    waitFor: async (limit, resetMs) => {
      if (resetMs !== undefined && !hasReadings()) {
        const resumeMs = resetMs + guard.graceMs + Math.random() * guard.spreadMs;
        onWait(resumeMs);
        // In steps, because a laptop that sleeps does not count them.
        while (Date.now() < resumeMs) await pause(Math.min(STEP_MS, resumeMs - Date.now()));
        return "done";
      }
      const options = {
        ...guard,
        wait: true,
        model: guard.model ?? (limit.class === "model" ? limit.name : undefined),
        // Once the named time has passed, a meter that says nothing more does not hold the work for ever.
        onUnknown: resetMs === undefined ? guard.onUnknown : ("go" as const),
        hit: { window: limit.window ?? "unnamed", resets_at: resetMs === undefined ? null : toIso(resetMs) },
      };
      return (await waitForGo(options, { ...dependencies, onNews: onResumeNews() })).exit;
    },
  };

  /** The run has already said what it waits for, and says itself that it goes on. */
  function onResumeNews(): (news: GuardNews) => void {
    let isFirst = true;
    return (news) => {
      if (news.event === "released") return;
      if (isFirst && news.event === "waiting") onWait(news.resumeMs);
      else tell(news);
      isFirst = false;
    };
  }
}
