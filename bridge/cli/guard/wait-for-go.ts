// Waits until a row lets work go on: looks, remembers, sleeps in bounded steps, and looks again. `run` calls it as well.
import type { Row } from "../../../shared/freshness.ts";
import { type Binding, decideGate, type GateDecision, toTrustedResetMs } from "../gate/decide-gate.ts";
import type { GateOptions } from "../gate/gate-options.ts";
import type { RowReading } from "../row/read-row.ts";
import { decideStep, toResumeMs } from "./decide-step.ts";
import { decideAtOnce, type GuardExit, type GuardNews } from "./news.ts";
import { createWait, rememberDecision, toLastResetMs, type Wait } from "./remember-decision.ts";

export type GuardDependencies = {
  now: () => number;
  /** Never asked for more than a minute. */
  sleep: (ms: number) => Promise<void>;
  read: () => RowReading;
  /** Has the row read at once, if somebody can; true when there is a new reading. */
  look: (row: Row) => Promise<boolean>;
  /** Tells that somebody waits; true when that brought a new reading, before so many milliseconds had passed. */
  want?: (maxMs: number) => Promise<boolean>;
  /** 0 to 1; asked once, for this pane's part of the spread. */
  random: () => number;
  onNews: (news: GuardNews) => void;
};

/** The server's dates jitter by a second; a moved reset is minutes away. */
const RESET_JITTER_MS = 300_000;

/** An ask takes seconds, and goes on when nobody waits for it any more. */
const WANT_MS = 30_000;

/** A limit the work ran into, as the server named it, which the meter may not show yet or not at all. */
export type Hit = { window: string; resets_at: string | null };

/** How it ended, and the last of the news that `onNews` was told. */
export type GuardVerdict = { exit: GuardExit; news: GuardNews };

export async function waitForGo(
  options: GateOptions & { hit?: Hit },
  { now, sleep, read, look, want, random, onNews }: GuardDependencies,
): Promise<GuardVerdict> {
  let chosen: Row | undefined;
  const decide = () => {
    const reading = keepRow(read(), chosen);
    if (reading.kind === "row") chosen = reading.row;
    const nowMs = now();
    return { reading, nowMs, decision: decideGate(reading, options, nowMs) };
  };
  const conclude = (exit: GuardExit, news: GuardNews): GuardVerdict => {
    onNews(news);
    return { exit, news };
  };

  let seen = decide();
  const atOnce = options.hit ? undefined : decideAtOnce(seen.decision, options);
  if (atOnce) return conclude(atOnce.exit, { ...seen, ...atOnce });

  const share = random();
  let wait = createWait(seen.nowMs, options.hit ? toBinding(options.hit, seen.nowMs) : null);
  let told: Wait | undefined;
  for (let isFirst = true; ; isFirst = false) {
    const { decision, nowMs } = seen;
    wait = rememberDecision(wait, decision, { graceMs: options.graceMs, nowMs });
    // A clock that was set back makes no wait longer than --max-wait from then on.
    wait = { ...wait, startedMs: Math.min(wait.startedMs, nowMs) };
    const step = decideStep(wait, { decision, nowMs, isFirst, share }, options);
    const resumeMs = toResumeMs(wait, share, options);
    switch (step.kind) {
      case "go":
        return conclude("done", {
          ...seen,
          event: "released",
          reason: step.reason,
          waitedFor: (wait.binding ?? wait.hit)?.window,
        });
      case "refuse":
        return conclude(step.exit, { ...seen, event: "refused", reason: step.reason, resumeMs });
      case "sleep":
        if (!told || isOtherLimit(told, wait)) {
          told = wait;
          onNews({ ...seen, ...toCause(wait, decision), event: "waiting", resumeMs });
        }
        // What it brings is decided on at once.
        if (!(await want?.(Math.min(WANT_MS, step.untilMs - nowMs)))) await sleep(Math.max(0, step.untilMs - now()));
        seen = decide();
        if (chosen && isResetUnseen(wait, seen) && (await look(chosen))) seen = decide();
    }
  }
}

/** When a second account appears beside the row and the pane's login does not say whose it is. */
function keepRow(reading: RowReading, chosen: Row | undefined): RowReading {
  if (reading.kind !== "ambiguous-account" || !chosen) return reading;
  const row = reading.rows.find(
    (each) => each.org_uuid === chosen.org_uuid && each.account_uuid === chosen.account_uuid,
  );
  return row ? { kind: "row", row, installs: reading.installs } : reading;
}

/** The reset has passed, and nobody has read since: the next reading may be a minute away. */
function isResetUnseen(
  wait: Wait,
  { decision: { fetchedMs }, nowMs }: { decision: GateDecision; nowMs: number },
): boolean {
  const resetMs = toLastResetMs(wait);
  return resetMs !== undefined && nowMs >= resetMs && (fetchedMs === undefined || fetchedMs < resetMs);
}

/** The meter may not know of the limit that the work ran into; then that limit is what it waits for. */
function toCause({ hit, binding }: Wait, seen: GateDecision): Pick<GuardNews, "decision" | "reason"> {
  const decision: GateDecision = hit && !binding ? { verdict: "over", binding: hit, fetchedMs: seen.fetchedMs } : seen;
  return { decision, reason: toReason(decision) };
}

function toReason(decision: GateDecision): GuardNews["reason"] {
  if (decision.verdict === "doubt") return decision.reason;
  return decision.verdict === "over" && decision.binding.fullMs !== undefined ? "forecast" : "over";
}

/** A waiting pane says one line; a second only when what it waits for is another limit than it said. */
function isOtherLimit(told: Wait, wait: Wait): boolean {
  const before = told.binding ?? told.hit;
  const after = wait.binding ?? wait.hit;
  if (!after) return false;
  const isMoved = Math.abs((before?.resetMs ?? 0) - (after.resetMs ?? 0)) > RESET_JITTER_MS;
  return before?.window !== after.window || isMoved;
}

function toBinding({ window, resets_at }: Hit, nowMs: number): Binding {
  return { window, utilization: null, resets_at, resetMs: toTrustedResetMs({ id: window, resets_at }, nowMs) };
}
