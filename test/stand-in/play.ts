// Moves usage on as time passes: somebody works, windows open, fill and reset. Clock, chance and speed are handed in.
import type { UsageState, WindowState } from "./stand-in-account.ts";

export type Pace = {
  /** The moment after the elapsed time. */
  nowMs: number;
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
export function playUsage(usage: UsageState, elapsedMs: number, pace: Pace): UsageState {
  const hours = (elapsedMs * pace.speed) / 3_600_000;
  const wanted = hours * SESSION_PERCENT_PER_HOUR * 2 * pace.random();
  const session = usage.five_hour && rollSession(usage.five_hour, pace.nowMs);
  const week = usage.seven_day && rollWeek(usage.seven_day, pace);
  // A full window stops the work unless extra usage pays for the rest.
  const room = Math.min(session ? 100 - session.utilization : 0, week ? 100 - week.utilization : 100);
  const used = Math.max(0, Math.min(wanted, room));
  return {
    ...usage,
    five_hour: session && fill(session, used, { nowMs: pace.nowMs, lengthMs: SESSION_MS / pace.speed }),
    seven_day: week && fill(week, used * WEEKLY_SHARE, { nowMs: pace.nowMs, lengthMs: WEEK_MS / pace.speed }),
    scoped: usage.scoped.map((entry) => {
      const rolled = rollWeek({ utilization: entry.percent, resets_at: entry.resets_at }, pace);
      const next = fill(rolled, used * SCOPED_SHARE, { nowMs: pace.nowMs, lengthMs: WEEK_MS / pace.speed });
      return { model: entry.model, percent: next.utilization, resets_at: next.resets_at };
    }),
    money: usage.money && playMoney(usage.money, wanted - used),
  };
}

/** After its reset a session window stays closed until the next use. */
function rollSession(window: WindowState, nowMs: number): WindowState {
  return isOver(window, nowMs) ? { utilization: 0, resets_at: null } : window;
}

/** A weekly window keeps its day of the week. */
function rollWeek(window: WindowState, { nowMs, speed }: Pace): WindowState {
  if (window.resets_at === null || !isOver(window, nowMs)) return window;
  const resetMs = Date.parse(window.resets_at);
  const lengthMs = WEEK_MS / speed;
  const weeks = Math.floor((nowMs - resetMs) / lengthMs) + 1;
  return { utilization: 0, resets_at: new Date(resetMs + weeks * lengthMs).toISOString() };
}

function isOver(window: WindowState, nowMs: number): boolean {
  return window.resets_at !== null && nowMs >= Date.parse(window.resets_at);
}

function fill(window: WindowState, percent: number, { nowMs, lengthMs }: { nowMs: number; lengthMs: number }) {
  if (percent === 0) return window;
  const resets_at = window.resets_at ?? new Date(nowMs + lengthMs).toISOString();
  return { utilization: Math.min(100, window.utilization + percent), resets_at };
}

function playMoney(money: NonNullable<UsageState["money"]>, percent: number) {
  if (!money.enabled) return money;
  const usedMinor = money.usedMinor + percent * MINOR_UNITS_PER_PERCENT;
  return { ...money, usedMinor: Math.min(usedMinor, money.limitMinor ?? usedMinor) };
}
