// A guard waiting on a clock that jumps or goes wrong: a server with a quota, a browser that reads it each minute, a laptop
// that may sleep.

import type { GateOptions } from "../../../../bridge/cli/gate/gate-options.ts";
import { type GuardEvent, toGuardEvent } from "../../../../bridge/cli/guard/news.ts";
import { type Hit, waitForGo } from "../../../../bridge/cli/guard/wait-for-go.ts";
import type { RowReading } from "../../../../bridge/cli/row/read-row.ts";
import { createOptions } from "../gate/options.ts";
import { createRow, now, type RowParts } from "../rows.ts";

export const POLL_EVERY_MS = 60_000;

export type World = {
  /** What the server says at a moment, counted from the start. */
  windows: (ms: number) => NonNullable<RowParts["windows"]>;
  options?: Partial<GateOptions> & { hit?: Hit };
  share?: number;
  /** The browser's readings come at this many milliseconds of each minute. */
  pollPhaseMs?: number;
  /** No readings, and the file stays as it was. */
  bridgeDown?: { fromMs: number; toMs: number };
  laptopAsleep?: { fromMs: number; toMs: number };
  /** How far this machine's clock is ahead. Readings are dated by the server's, but never after their arrival. */
  toClockErrorMs?: (ms: number) => number;
  /** Other readings than the world's row, by the moment of the look. */
  read?: (ms: number) => RowReading | undefined;
  limitMs?: number;
  /** A browser is on the line: what is asked for is read at once. */
  canLook?: boolean;
};

export type Outcome = { exit: string; events: GuardEvent[]; looksMs: number[]; askedMs: number[]; endedMs: number };

class LimitReached extends Error {}

export async function simulate(world: World): Promise<Outcome> {
  const { options = {}, share = 0.5, pollPhaseMs = 20_000, limitMs = 12 * 3_600_000, toClockErrorMs = () => 0 } = world;
  let clockMs = 0;
  const toLocalMs = (ms: number) => now + ms + toClockErrorMs(ms);
  const looksMs: number[] = [];
  const askedMs: number[] = [];
  let lookMs = Number.NEGATIVE_INFINITY;
  const events: GuardEvent[] = [];

  const read = (): RowReading => {
    looksMs.push(clockMs);
    const other = world.read?.(clockMs);
    if (other) return other;
    const pollMs = Math.max(toPollMs(clockMs), lookMs);
    const nowMs = toLocalMs(clockMs);
    const fetchedMs = Math.min(now + pollMs, toLocalMs(pollMs));
    return {
      kind: "row",
      row: createRow({ ageMs: nowMs - fetchedMs, windows: world.windows(pollMs) }, nowMs),
      installs: [],
    };
  };
  const toPollMs = (ms: number) => {
    const lastMs = Math.floor((ms - pollPhaseMs) / POLL_EVERY_MS) * POLL_EVERY_MS + pollPhaseMs;
    const gap = [world.bridgeDown, world.laptopAsleep].find(
      (each) => each && lastMs >= each.fromMs && lastMs < each.toMs,
    );
    return gap ? Math.floor((gap.fromMs - pollPhaseMs - 1) / POLL_EVERY_MS) * POLL_EVERY_MS + pollPhaseMs : lastMs;
  };
  const sleep = async (ms: number) => {
    if (!(ms >= 0 && ms <= 60_000)) throw new Error(`asked to sleep ${ms} ms`);
    const { laptopAsleep } = world;
    const isOver = laptopAsleep && clockMs < laptopAsleep.fromMs && clockMs + ms >= laptopAsleep.fromMs;
    // Timers stand still while a laptop sleeps.
    clockMs = isOver ? laptopAsleep.toMs + ms - (laptopAsleep.fromMs - clockMs) : clockMs + ms;
    if (clockMs > limitMs) throw new LimitReached();
  };

  let exit = "still waiting";
  try {
    const verdict = await waitForGo(
      { ...createOptions(options), ...(options.hit ? { hit: options.hit } : {}) },
      {
        now: () => toLocalMs(clockMs),
        sleep,
        read,
        look: async () => {
          askedMs.push(clockMs);
          if (world.canLook === true) lookMs = clockMs;
          return world.canLook === true;
        },
        random: () => share,
        onNews: (news) => events.push(toGuardEvent(news)),
      },
    );
    exit = verdict.exit;
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
  }
  return { exit, events, looksMs, askedMs, endedMs: clockMs };
}

/** The shortest time from a look to the one `count` later; the first sleep and the last, which goes on, may be shorter. */
export function toShortestGapMs({ looksMs }: Outcome, count = 1): number {
  const inner = looksMs.slice(1, -1);
  return Math.min(60_000, ...inner.slice(count).map((ms, index) => ms - (inner[index] ?? 0)));
}
