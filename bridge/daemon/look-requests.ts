// Looks at claude.ai that somebody asked for: one browser makes at most one each ten seconds, and whoever else asks joins it.
import type { PollState } from "../../shared/poll-state.ts";
import type { RowId } from "../../shared/row-id.ts";

export type LookOutcome =
  /** status.json holds what the look gave. */
  | { kind: "read" }
  /** The browser looked, and claude.ai did not give the numbers; `state` says why. */
  | { kind: "failed"; state: Exclude<PollState, "ok"> }
  /** No browser that reads this row is on the line. */
  | { kind: "no-browser" }
  /** The browser did not say in time how its look went, or has gone. */
  | { kind: "no-answer" };

/** Who can look now; resolves when the readings of that look are durable, undefined when it does not say how it went. */
export type Looker = { install: string; look: () => Promise<PollState | undefined> };

/**
 * Asks for a look at this row. A look that began at `sinceMs` or later counts as it; by default one of the last ten seconds,
 * or one under way.
 */
export type RequestLook = (row: RowId, sinceMs?: number) => Promise<LookOutcome>;

export type RequestLookOptions = {
  findLooker: (row: RowId) => Looker | undefined;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

/** claude.ai is asked no more often than this, whoever asks us. */
export const LOOK_EVERY_MS = 10_000;

type Look = {
  beganMs: number;
  isRunning: boolean;
  outcome: Promise<LookOutcome>;
  /** For who needs a newer one than this: the look that follows when it may. */
  next?: Promise<LookOutcome>;
};

export function createRequestLook({ findLooker, now, sleep }: RequestLookOptions): RequestLook {
  const looks = new Map<string, Look>();

  function begin({ install, look }: Looker): Promise<LookOutcome> {
    const begun: Look = {
      beganMs: now(),
      isRunning: true,
      outcome: look().then((state) => {
        begun.isRunning = false;
        return toOutcome(state);
      }),
    };
    looks.set(install, begun);
    return begun.outcome;
  }

  function readPauseMs({ beganMs }: Look): number {
    const agoMs = now() - beganMs;
    // One of before a clock was set back does not hold up the next.
    return agoMs >= 0 ? Math.max(0, LOOK_EVERY_MS - agoMs) : 0;
  }

  async function follow(last: Look, row: RowId): Promise<LookOutcome> {
    await last.outcome;
    await sleep(readPauseMs(last));
    return await request(row);
  }

  async function request(row: RowId, sinceMs?: number): Promise<LookOutcome> {
    const looker = findLooker(row);
    if (!looker) return { kind: "no-browser" };
    const last = looks.get(looker.install);
    if (!last || !(last.isRunning || readPauseMs(last) > 0)) return await begin(looker);
    if (sinceMs === undefined || last.beganMs >= Math.min(sinceMs, now())) return await last.outcome;
    last.next ??= follow(last, row);
    return await last.next;
  }

  return request;
}

function toOutcome(state: PollState | undefined): LookOutcome {
  if (state === undefined) return { kind: "no-answer" };
  return state === "ok" ? { kind: "read" } : { kind: "failed", state };
}
