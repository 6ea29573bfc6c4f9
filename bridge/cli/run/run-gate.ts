// The guard and the lease as a run needs them: before the first start, after the wait for a reset, and what the meter knows
// of a limit.
import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../../../shared/freshness.ts";
import { toIso } from "../../../shared/time.ts";
import { tellWanted } from "../../state/tell-wanted.ts";
import { decideGate } from "../gate/decide-gate.ts";
import { formatGuardWords } from "../guard/format-guard-words.ts";
import { lookAfterReset } from "../guard/look-after-reset.ts";
import { decideAtOnce, type GuardExit, type GuardNews } from "../guard/news.ts";
import { waitForGo } from "../guard/wait-for-go.ts";
import type { OpenLease } from "../lease/open-lease.ts";
import { type LeaseNews, takeLease } from "../lease/take-lease.ts";
import type { Limit } from "../limit/limit.ts";
import { readRow } from "../row/read-row.ts";
import { findFullLimit, findResetMs } from "./row-limit.ts";
import { readMark } from "./run-mark.ts";
import type { RunRequest } from "./run-request.ts";

export type RunGate = {
  /** As `claude-meter guard` with the same options. */
  open: () => Promise<GuardExit>;
  /** Until the limit is over: by the meter, or by the message's own word where there is no meter. */
  waitFor: (limit: Limit, resetMs: number | undefined) => Promise<GuardExit>;
  /** The command has ended, and with it the lease. */
  release: () => void;
  hasReadings: () => boolean;
  /** When the meter says that this limit ends. */
  findResetMs: (limit: Limit) => number | undefined;
  /** The full window behind a refusal that did not say what it was. */
  findFullLimit: () => Limit | undefined;
};

export type RunGateEvents = {
  /** Waiting has begun, until then as far as anybody knows. */
  onWait: (resumeMs: number | undefined) => void;
  onLease: (news: LeaseNews) => void;
  say: (words: string) => void;
};

const STEP_MS = 30_000;

/** Its waits reject with an AbortError. */
export function createRunGate(
  { guard, account, lease: wanted, label }: RunRequest,
  abort: AbortSignal,
  { onWait, onLease, say }: RunGateEvents,
): RunGate {
  let lease: OpenLease | undefined;
  const read = () => readRow(account, Date.now());
  const pause = (ms: number) => sleep(ms, undefined, { signal: abort });
  const look = (row: Row) => lookAfterReset(row, abort);
  const want = (maxMs: number) => tellWanted(maxMs, abort);
  const dependencies = { now: Date.now, sleep: pause, read, look, want, random: Math.random };
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
    open: () => take(true, openGate),
    waitFor: (limit, resetMs) => take(hasReadings(), (hasPlace) => waitForReset(limit, resetMs, hasPlace)),
    release: () => {
      lease?.end();
      lease = undefined;
    },
  };

  async function take(needsReadings: boolean, gate: (hasPlace: boolean) => Promise<GuardExit>): Promise<GuardExit> {
    // Within another run the work is part of what that one's lease stands for.
    if (readMark() !== undefined) return await gate(false);
    const more = { account, guard, label, needsReadings, forPid: undefined, abort };
    const taken = await takeLease({ ...wanted, ...more }, gate, onLease);
    ({ lease } = taken);
    return taken.exit;
  }

  async function openGate(hasPlace: boolean): Promise<GuardExit> {
    const nowMs = Date.now();
    const reading = read();
    const decision = decideGate(reading, guard, nowMs);
    const answer = decideAtOnce(decision, guard);
    const options = { ...guard, spreadMs: hasPlace ? 0 : guard.spreadMs };
    if (!answer) return (await waitForGo(options, { ...dependencies, onNews: tell })).exit;
    tell({ ...answer, decision, reading, nowMs });
    return answer.exit;
  }

  async function waitForReset(limit: Limit, resetMs: number | undefined, hasPlace: boolean): Promise<GuardExit> {
    // In a queue those that a reset wakes begin one after the other.
    const spreadMs = hasPlace ? 0 : guard.spreadMs;
    if (resetMs !== undefined && !hasReadings()) {
      const resumeMs = resetMs + guard.graceMs + Math.random() * spreadMs;
      onWait(resumeMs);
      // In steps, because a laptop that sleeps does not count them.
      while (Date.now() < resumeMs) await pause(Math.min(STEP_MS, resumeMs - Date.now()));
      return "done";
    }
    const options = {
      ...guard,
      spreadMs,
      wait: true,
      model: guard.model ?? (limit.class === "model" ? limit.name : undefined),
      // Once the named time has passed, a meter that says nothing more does not hold the work for ever.
      onUnknown: resetMs === undefined ? guard.onUnknown : ("go" as const),
      hit: { window: limit.window ?? "unnamed", resets_at: resetMs === undefined ? null : toIso(resetMs) },
    };
    return (await waitForGo(options, { ...dependencies, onNews: onResumeNews() })).exit;
  }

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
