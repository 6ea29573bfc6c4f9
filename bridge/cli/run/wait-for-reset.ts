// Until a limit that stopped work is over: by the meter, or by the limit's own word where there is no meter.
import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../../../shared/freshness.ts";
import { toIso } from "../../../shared/time.ts";
import { decideGate } from "../gate/decide-gate.ts";
import type { GateOptions } from "../gate/gate-options.ts";
import { lookAfterReset } from "../guard/look-after-reset.ts";
import type { GuardExit, GuardNews } from "../guard/news.ts";
import { waitForGo } from "../guard/wait-for-go.ts";
import type { Limit } from "../limit/limit.ts";
import type { RowReading } from "../row/read-row.ts";

export type ResetWait = {
  guard: GateOptions;
  read: () => RowReading;
  abort: AbortSignal;
  /** Waiting has begun, until then as far as anybody knows. */
  onWait: (resumeMs: number | undefined) => void;
  tell: (news: GuardNews) => void;
};

const STEP_MS = 30_000;

export function hasReadings(reading: RowReading, guard: GateOptions): boolean {
  const decision = decideGate(reading, guard, Date.now());
  return decision.verdict !== "doubt" || decision.reason === "rolled";
}

/** Rejects with an AbortError. */
export async function waitForReset(
  limit: Pick<Limit, "class" | "name" | "window">,
  resetMs: number | undefined,
  { guard, read, abort, onWait, tell }: ResetWait,
): Promise<GuardExit> {
  const pause = (ms: number) => sleep(ms, undefined, { signal: abort });
  if (resetMs !== undefined && !hasReadings(read(), guard)) {
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
  const look = (row: Row) => lookAfterReset(row, abort);
  const dependencies = { now: Date.now, sleep: pause, read, look, random: Math.random };
  return (await waitForGo(options, { ...dependencies, onNews: onResumeNews(onWait, tell) })).exit;
}

/** Whoever waits has already said what for, and says itself that it goes on. */
function onResumeNews(onWait: ResetWait["onWait"], tell: ResetWait["tell"]): (news: GuardNews) => void {
  let isFirst = true;
  return (news) => {
    if (news.event === "released") return;
    if (isFirst && news.event === "waiting") onWait(news.resumeMs);
    else tell(news);
    isFirst = false;
  };
}
