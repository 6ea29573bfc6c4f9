// Whether a source is asked now, and if not, until when it rests. Pure.
import { YOUNG_MS } from "../../../shared/decide-value.ts";

/** What is remembered of the asks of one login, or of one token. */
export type Asked = {
  askedMs?: number | undefined;
  /** In a row, without a reading between them. */
  failures: number;
  /** Whoever was asked named this moment. */
  heldUntilMs?: number | undefined;
  /** 0 to 1, drawn at each ask, so that many machines do not ask in one beat. */
  share: number;
};

export const neverAsked: Asked = { failures: 0, share: 0 };

export type AskSituation = {
  isWanted: boolean;
  /** When the newest direct reading of this login's row was true. */
  directMs: number | undefined;
  asked: Asked;
  nowMs: number;
};

export type AskPace = { everyMs: number; maxMs: number };

/** Claude Code asks claude.ai with a budget of its own, which its user needs as well. */
export const claudeCodePace: AskPace = { everyMs: 600_000, maxMs: 1_800_000 };
export const oauthPace: AskPace = { everyMs: 900_000, maxMs: 3_600_000 };

const SPREAD = 0.05;

export type AskDecision =
  | { kind: "ask" }
  /** Due at that moment, if somebody wants to know by then. */
  | { kind: "rest"; reason: "nobody-asks" | "fresh-elsewhere" | "held"; untilMs: number };

export function decideAsk({ isWanted, directMs, asked, nowMs }: AskSituation, pace: AskPace): AskDecision {
  const paceMs = toDueMs(asked, nowMs, pace);
  const heldMs = toHeldMs(asked, nowMs);
  const youngMs = directMs === undefined || directMs > nowMs + YOUNG_MS ? 0 : directMs + YOUNG_MS;
  const untilMs = Math.max(nowMs, paceMs, heldMs, youngMs);
  if (!isWanted) return { kind: "rest", reason: "nobody-asks", untilMs };
  if (untilMs <= nowMs) return { kind: "ask" };
  return { kind: "rest", reason: youngMs >= untilMs ? "fresh-elsewhere" : "held", untilMs };
}

/** After each failure twice as long, up to the longest pause; a clock that was set back holds nothing up. */
function toDueMs({ askedMs, failures, share }: Asked, nowMs: number, { everyMs, maxMs }: AskPace): number {
  if (askedMs === undefined || askedMs > nowMs) return 0;
  return askedMs + Math.min(everyMs * 2 ** Math.min(failures, 10), maxMs) * (1 + share * SPREAD);
}

/** No hold is believed for longer than an hour. */
function toHeldMs({ heldUntilMs = 0 }: Asked, nowMs: number): number {
  return heldUntilMs - nowMs > MAX_HOLD_MS ? 0 : heldUntilMs;
}

export const MAX_HOLD_MS = 3_600_000;
