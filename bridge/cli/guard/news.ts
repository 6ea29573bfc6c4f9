// What a guard has to tell: its answer without waiting, and each of its news as one JSON object for a script. Pure.
import { toIso } from "../../../shared/time.ts";
import type { exitCodes } from "../../state/exit-code.ts";
import { type Doubt, type GateDecision, isLasting, type WindowLevel } from "../gate/decide-gate.ts";
import type { GateOptions } from "../gate/gate-options.ts";
import { toWindowName } from "../gate/watched.ts";
import type { RowReading } from "../row/read-row.ts";
import type { Ready } from "./remember-decision.ts";

/** Before anybody put it into words or JSON. */
export type GuardNews = {
  event: "waiting" | "released" | "refused";
  /**
   * waiting: over, forecast, or a doubt. released: under (at once), reset, early-reset, slower (after a forecast),
   * fresh-reading (after a doubt), or the doubt that --on-unknown go let pass. refused: over, forecast, a doubt, max-wait,
   * interrupted.
   */
  reason: Doubt | Ready["reason"] | "over" | "forecast" | "under" | "max-wait" | "interrupted";
  decision: GateDecision;
  reading: RowReading;
  nowMs: number;
  /** The window that kept work waiting. */
  waitedFor?: string | undefined;
  /** When work may go on at the earliest, as far as anybody knows. */
  resumeMs?: number | undefined;
};

export type GuardExit = Extract<keyof typeof exitCodes, "done" | "over" | "unknown">;
export type GuardAnswer = { exit: GuardExit } & Pick<GuardNews, "event" | "reason" | "resumeMs">;

/** Undefined when the guard has to wait. */
export function decideAtOnce(decision: GateDecision, options: GateOptions): GuardAnswer | undefined {
  switch (decision.verdict) {
    case "go":
      return { exit: "done", event: "released", reason: "under" };
    case "over": {
      if (options.wait) return undefined;
      const { resetMs, fullMs } = decision.binding;
      const resumeMs = resetMs === undefined ? undefined : resetMs + options.graceMs;
      return { exit: "over", event: "refused", reason: fullMs === undefined ? "over" : "forecast", resumeMs };
    }
    case "doubt": {
      const { reason } = decision;
      if (options.onUnknown === "go") return { exit: "done", event: "released", reason };
      const mayWait = options.wait && options.onUnknown === "wait" && !isLasting(reason);
      return mayWait ? undefined : { exit: "unknown", event: "refused", reason };
    }
  }
}

/** Numbers, moments, ids and codes only. */
export type GuardEvent = Pick<GuardNews, "event" | "reason"> & {
  at: string;
  /** The window that decided, "money", or null when none did. */
  window: string | null;
  utilization: number | null;
  resets_at: string | null;
  /** When it is forecast to be full; only while that holds work back. */
  full_at: string | null;
  resume_at: string | null;
  /** When the numbers were observed. */
  fetched_at: string | null;
};

export function toGuardEvent(news: GuardNews): GuardEvent {
  const { event, reason, decision, nowMs, resumeMs } = news;
  const level = toDeciding(news);
  const fullMs = decision.verdict === "over" ? decision.binding.fullMs : undefined;
  const window = decision.verdict === "doubt" ? decision.window : (level?.window ?? null);
  return {
    event,
    at: toIso(nowMs),
    reason,
    window: window === null ? null : toWindowName(window),
    utilization: level?.utilization ?? null,
    resets_at: level?.resets_at ?? null,
    full_at: fullMs === undefined ? null : toIso(fullMs),
    resume_at: resumeMs === undefined ? null : toIso(resumeMs),
    fetched_at: decision.fetchedMs === undefined ? null : toIso(decision.fetchedMs),
  };
}

/** What keeps work from going on; when nothing does, what did before, else the fullest. */
export function toDeciding({ decision, waitedFor }: GuardNews): WindowLevel | undefined {
  if (decision.verdict === "over") return decision.binding;
  if (decision.verdict === "doubt") return undefined;
  const byLevel = decision.levels.toSorted((a, b) => (b.utilization ?? -1) - (a.utilization ?? -1));
  return byLevel.find((level) => level.window === waitedFor) ?? byLevel[0];
}
