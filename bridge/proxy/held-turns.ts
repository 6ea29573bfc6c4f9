// Which turns are held now and until when, for whoever shows it; and the sessions of which one request passes untouched,
// because a hold of theirs has just ended without an answer.
import type { HeldMessage } from "../state/wait-rules.ts";

const MAX_HELD = 100;
const LET_THROUGH_MS = 60_000;
const MAX_LET_THROUGH = 1_000;

export type HeldTurns = {
  hasRoom: () => boolean;
  set: (turn: symbol, untilMs: number | undefined) => void;
  letThrough: (session: string) => void;
  /** True once for each session that was let through. */
  takeLetThrough: (session: string) => boolean;
};

export function createHeldTurns(onChange: (held: HeldMessage) => void, now: () => number): HeldTurns {
  const untils = new Map<symbol, number>();
  const sessions = new Map<string, number>();
  return {
    hasRoom: () => untils.size < MAX_HELD,
    set: (turn, untilMs) => {
      if (untilMs === undefined) untils.delete(turn);
      else untils.set(turn, untilMs);
      onChange({ held: untils.size, until: untils.size === 0 ? null : Math.min(...untils.values()) });
    },
    letThrough: (session) => {
      sessions.delete(session);
      sessions.set(session, now());
      const [first] = sessions.keys();
      if (sessions.size > MAX_LET_THROUGH && first !== undefined) sessions.delete(first);
    },
    takeLetThrough: (session) => {
      const sinceMs = sessions.get(session);
      sessions.delete(session);
      return sinceMs !== undefined && now() - sinceMs <= LET_THROUGH_MS;
    },
  };
}
