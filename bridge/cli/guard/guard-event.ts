// What a guard tells a script: one JSON object per event, with numbers, moments, ids and codes only. Pure.
import { toIso } from "../../../shared/time.ts";
import type { Meter } from "../gate/decide-gate.ts";
import type { GuardNews } from "./guard-news.ts";

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
  const meter = toDeciding(news);
  const fullMs = decision.verdict === "over" ? decision.binding.fullMs : undefined;
  const window = decision.verdict === "doubt" ? decision.window : (meter?.window ?? null);
  return {
    event,
    at: toIso(nowMs),
    reason,
    window: window === null ? null : toWindowName(window),
    utilization: meter?.utilization ?? null,
    resets_at: meter?.resets_at ?? null,
    full_at: fullMs === undefined ? null : toIso(fullMs),
    resume_at: resumeMs === undefined ? null : toIso(resumeMs),
    fetched_at: decision.fetchedMs === undefined ? null : toIso(decision.fetchedMs),
  };
}

/** What keeps work from going on; when nothing does, what did before, else the fullest. */
export function toDeciding({ decision, waitedFor }: GuardNews): Meter | undefined {
  if (decision.verdict === "over") return decision.binding;
  if (decision.verdict === "doubt") return undefined;
  const byLevel = decision.meters.toSorted((a, b) => (b.utilization ?? -1) - (a.utilization ?? -1));
  return byLevel.find((meter) => meter.window === waitedFor) ?? byLevel[0];
}

/** A window's id is shown only in the alphabet we write ids in: what it says may reach an agent's prompt. */
export function toWindowName(id: string): string {
  return /^[a-z0-9_:-]{1,80}$/.test(id) ? id : "unnamed";
}
