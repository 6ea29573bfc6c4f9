// The guard and the lease as a run needs them: before the first start, after the wait for a reset, and what the meter knows
// of a limit.
import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../../../shared/freshness.ts";
import { tellWanted } from "../../state/tell-wanted.ts";
import { decideGate } from "../gate/decide-gate.ts";
import { formatGuardWords } from "../guard/format-guard-words.ts";
import { lookAfterReset } from "../guard/look-after-reset.ts";
import { decideAtOnce, type GuardExit, type GuardNews } from "../guard/news.ts";
import { waitForGo } from "../guard/wait-for-go.ts";
import type { OpenLease } from "../lease/open-lease.ts";
import { type LeaseNews, takeLease } from "../lease/take-lease.ts";
import type { Limit } from "../limit/limit.ts";
import { type RowReading, readRow } from "../row/read-row.ts";
import { findFullLimit, findResetMs } from "./row-limit.ts";
import { readMark } from "./run-mark.ts";
import type { RunRequest } from "./run-request.ts";
import { hasReadings as hasReadingsOf, waitForReset } from "./wait-for-reset.ts";

export type RunGate = {
  /** As `claude-meter guard` with the same options. */
  open: () => Promise<GuardExit>;
  /** Until the limit is over: by the meter, or by the message's own word where there is no meter. */
  waitFor: (limit: Limit, resetMs: number | undefined) => Promise<GuardExit>;
  /** The command has ended, and with it the lease. */
  release: () => void;
  read: () => RowReading;
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
  const hasReadings = () => hasReadingsOf(read(), guard);

  return {
    read,
    hasReadings,
    findResetMs: (limit) => findResetMs(read(), limit, Date.now()),
    findFullLimit: () => findFullLimit(read(), Date.now()),
    open: () => take(true, openGate),
    waitFor: (limit, resetMs) =>
      take(hasReadings(), (hasPlace) => {
        // In a queue those that a reset wakes begin one after the other.
        const spreadMs = hasPlace ? 0 : guard.spreadMs;
        return waitForReset(limit, resetMs, { guard: { ...guard, spreadMs }, read, abort, onWait, tell });
      }),
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
}
