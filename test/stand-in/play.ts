// Moves usage on as time passes: somebody works, windows open, fill and reset. Clock, chance and speed are handed in.
import type { MoneyState, UsageState, WindowState } from "./stand-in-account.ts";

export type Pace = {
  /** The moment after the elapsed time. */
  nowMs: number;
  /** 0 to 1, for each step: 0 is a pause. */
  random: () => number;
  /** 60: a five-hour window lasts five minutes of the caller's clock, and fills as much in them. */
  speed: number;
};

const SESSION_MS = 5 * 3_600_000;
const WEEK_MS = 7 * 86_400_000;
/** On average; a window then fills to about 90 % before it resets. */
const SESSION_PERCENT_PER_HOUR = 18;
const WEEKLY_SHARE = 0.12;
const SCOPED_SHARE = 0.2;
const MINOR_UNITS_PER_PERCENT = 5;

/** The next state; the one handed in stays as it is. */
export function playUsage(usage: UsageState, elapsedMs: number, { nowMs, random, speed }: Pace): UsageState {
  const wanted = ((elapsedMs * speed) / 3_600_000) * SESSION_PERCENT_PER_HOUR * 2 * random();
  const roll = (window: WindowState | null, renewMs?: number) => window && rollWindow(window, nowMs, renewMs);
  const fill = (window: WindowState, percent: number, lengthMs: number): WindowState => {
    if (percent === 0) return window;
    const resets_at = window.resets_at ?? new Date(nowMs + lengthMs / speed).toISOString();
    return { utilization: Math.min(100, window.utilization + percent), resets_at };
  };

  // After its reset a session stays closed until the next use; a weekly window goes on at once.
  const session = roll(usage.five_hour);
  const week = roll(usage.seven_day, WEEK_MS / speed);
  // A full window stops the work unless extra usage pays for the rest.
  const room = session ? Math.min(100 - session.utilization, 100 - (week?.utilization ?? 0)) : 0;
  const used = Math.max(0, Math.min(wanted, room));
  return {
    ...usage,
    five_hour: session && fill(session, used, SESSION_MS),
    seven_day: week && fill(week, used * WEEKLY_SHARE, WEEK_MS),
    scoped: usage.scoped.map(({ model, percent, resets_at }) => {
      const rolled = rollWindow({ utilization: percent, resets_at }, nowMs, WEEK_MS / speed);
      const next = fill(rolled, used * SCOPED_SHARE, WEEK_MS);
      return { model, percent: next.utilization, resets_at: next.resets_at };
    }),
    money: usage.money && playMoney(usage.money, wanted - used),
  };
}

/** A window past its reset is empty; with `renewMs` it also has its next reset. */
function rollWindow(window: WindowState, nowMs: number, renewMs?: number): WindowState {
  const overMs = window.resets_at === null ? -1 : nowMs - Date.parse(window.resets_at);
  if (overMs < 0) return window;
  const nextMs = renewMs === undefined ? null : nowMs - overMs + (Math.floor(overMs / renewMs) + 1) * renewMs;
  return { utilization: 0, resets_at: nextMs === null ? null : new Date(nextMs).toISOString() };
}

function playMoney(money: MoneyState, percent: number): MoneyState {
  if (!money.enabled) return money;
  const usedMinor = money.usedMinor + percent * MINOR_UNITS_PER_PERCENT;
  return { ...money, usedMinor: Math.min(usedMinor, money.limitMinor ?? usedMinor) };
}
