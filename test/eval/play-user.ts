// Plays a person's quota for months, minute by minute: days, sessions and pauses spend a 5-hour and a weekly window, which
// start again on time, sometimes early, and refuse work while they are full. Nothing here knows how a forecast is made.
import type { HistoryPoint } from "../../shared/history.ts";
import type { Random } from "./random.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const WEEK = 7 * DAY;

export type UserKind = {
  name: string;
  /** Sessions that begin in an hour of this kind of day, on average. */
  sessionsAt: (hourOfDay: number, isWeekend: boolean) => number;
  sessionMinutes: number;
  /** Points of the 5-hour window in an hour of work. */
  pointsPerHour: number;
  /** How much sessions differ: the spread of the logarithm. */
  spread: number;
  /** Part of a session's minutes in which something runs. */
  duty: number;
  /** Days without any work, of a hundred. */
  idleDaysPercent: number;
  /** What a point of the 5-hour window is in points of the weekly one: people buy the plan that about does. */
  weeklyShare: number;
  /** Nobody looks at night: the browser is closed from these hours on. */
  isBrowserClosed: (hourOfDay: number) => boolean;
};

const between = (hour: number, from: number, to: number) => hour >= from && hour < to;

export const userKinds: readonly UserKind[] = [
  {
    name: "office hours",
    sessionsAt: (hour, isWeekend) => (!isWeekend && between(hour, 9, 18) && hour !== 12 ? 0.8 : 0.01),
    sessionMinutes: 70,
    pointsPerHour: 24,
    spread: 0.7,
    duty: 0.6,
    idleDaysPercent: 8,
    weeklyShare: 0.14,
    isBrowserClosed: (hour) => hour >= 20 || hour < 7,
  },
  {
    name: "evenings, weekends",
    sessionsAt: (hour, isWeekend) => (between(hour, isWeekend ? 10 : 19, 24) ? 0.5 : 0.01),
    sessionMinutes: 80,
    pointsPerHour: 30,
    spread: 0.8,
    duty: 0.6,
    idleDaysPercent: 25,
    weeklyShare: 0.13,
    isBrowserClosed: (hour) => hour < 8,
  },
  {
    name: "several agents",
    sessionsAt: (hour, isWeekend) => (between(hour, 8, 23) ? (isWeekend ? 0.3 : 0.6) : 0.05),
    sessionMinutes: 120,
    pointsPerHour: 26,
    spread: 0.6,
    duty: 0.85,
    idleDaysPercent: 4,
    weeklyShare: 0.06,
    isBrowserClosed: () => false,
  },
  {
    name: "bursts",
    sessionsAt: (hour, isWeekend) => (between(hour, 8, 22) ? (isWeekend ? 0.1 : 0.25) : 0.02),
    sessionMinutes: 25,
    pointsPerHour: 80,
    spread: 0.9,
    duty: 0.9,
    idleDaysPercent: 15,
    weeklyShare: 0.12,
    isBrowserClosed: () => false,
  },
  {
    name: "night queue",
    sessionsAt: (hour) => (between(hour, 22, 24) ? 0.7 : between(hour, 9, 17) ? 0.1 : 0.01),
    sessionMinutes: 240,
    pointsPerHour: 18,
    spread: 0.5,
    duty: 0.95,
    idleDaysPercent: 12,
    weeklyShare: 0.1,
    isBrowserClosed: () => false,
  },
];

/** Of a thousand weeks and of a thousand 5-hour windows, how many start again early. */
const EARLY_WEEKS = 120;
const EARLY_SESSIONS = 15;

/** Somebody asks about a 5-hour window each half hour, and about a week each three hours, on average. */
export const playedWindows = {
  five_hour: { lengthMs: 5 * HOUR, askedEveryMs: 30 * MINUTE },
  seven_day: { lengthMs: WEEK, askedEveryMs: 3 * HOUR },
} as const;
export type PlayedId = keyof typeof playedWindows;

/** One period of a window, as it truly was. */
export type Period = {
  startMs: number;
  /** As announced; an early reset ends it before. */
  resetMs: number;
  isCutShort: boolean;
  /** When it was full, if it ever was. */
  fullMs: number | undefined;
  endPercent: number;
};
/** A moment at which somebody asks: the reading of then, and how many points history had. */
export type Asked = { reading: HistoryPoint; pointCount: number };
export type Played = { id: PlayedId; points: HistoryPoint[]; periods: Period[]; asked: Asked[] };

type Window = Played & { used: number; period: Period | undefined };

export function playUser(kind: UserKind, weeks: number, startMs: number, random: Random): Played[] {
  const session = createWindow("five_hour");
  const week = createWindow("seven_day");
  const anchorMs = startMs + Math.floor(random.next() * 168) * HOUR;
  const taste = Math.exp(0.25 * random.normal());
  const weeklyShare = kind.weeklyShare * Math.exp(0.3 * random.normal());
  const look = createLook(random);
  let day = { index: -1, factor: 0 };
  let weekFactor = 1;
  let work: { endMs: number; pointsPerMinute: number; isOn: boolean } | undefined;
  week.period = openPeriod(startMs, anchorMs);

  for (let nowMs = startMs; nowMs < startMs + weeks * WEEK; nowMs += MINUTE) {
    const hour = Math.floor((nowMs % DAY) / HOUR);
    const index = Math.floor(nowMs / DAY);
    const isWeekend = [2, 3].includes(index % 7);
    if (index !== day.index) {
      if (index % 7 === 4) weekFactor = Math.exp(0.3 * random.normal());
      const isIdle = random.next() * 100 < kind.idleDaysPercent;
      day = { index, factor: isIdle ? 0 : weekFactor * Math.exp(0.35 * random.normal()) };
    }

    endWhatIsDue(session, nowMs);
    if (endWhatIsDue(week, nowMs)) week.period = openPeriod(nowMs, nowMs + WEEK);
    if (week.period && random.next() * 1000 < EARLY_WEEKS / (WEEK / MINUTE)) {
      const { resetMs } = week.period;
      cutShort(week);
      week.period = openPeriod(nowMs, random.next() < 0.5 ? resetMs : nowMs + WEEK);
    }
    if (session.period && random.next() * 1000 < EARLY_SESSIONS / 300) cutShort(session);

    if (work && nowMs >= work.endMs) work = undefined;
    if (!work && random.next() < (kind.sessionsAt(hour, isWeekend) * Math.sqrt(day.factor)) / 60) {
      const minutes = kind.sessionMinutes * Math.exp(kind.spread * random.normal());
      const pace = taste * Math.sqrt(day.factor) * Math.exp(kind.spread * random.normal() * 0.6);
      work = { endMs: nowMs + minutes * MINUTE, pointsPerMinute: (kind.pointsPerHour * pace) / 60, isOn: true };
    }
    const isRefused = session.used >= 100 || week.used >= 100;
    if (work && !isRefused) {
      // Turns and pauses of some minutes each.
      if (random.next() < 0.2) work.isOn = random.next() < kind.duty;
      if (work.isOn) {
        const points = (work.pointsPerMinute / kind.duty) * -Math.log(1 - random.next());
        session.period ??= openPeriod(nowMs, Math.floor(nowMs / (10 * MINUTE)) * 10 * MINUTE + 5 * HOUR);
        spend(session, points, nowMs);
        spend(week, points * weeklyShare, nowMs);
      }
    }
    for (const window of [session, week]) look(window, nowMs, kind.isBrowserClosed(hour));
  }
  return [session, week];
}

function createWindow(id: PlayedId): Window {
  return { id, points: [], periods: [], asked: [], used: 0, period: undefined };
}

function openPeriod(startMs: number, resetMs: number): Period {
  return { startMs, resetMs, isCutShort: false, fullMs: undefined, endPercent: 0 };
}

function spend(window: Window, points: number, nowMs: number): void {
  window.used = Math.min(100, window.used + points);
  if (window.used >= 100 && window.period) window.period.fullMs ??= nowMs;
}

function endWhatIsDue(window: Window, nowMs: number): boolean {
  if (!window.period || nowMs < window.period.resetMs) return false;
  end(window, window.period);
  return true;
}

function cutShort(window: Window): void {
  if (window.period) end(window, { ...window.period, isCutShort: true });
}

function end(window: Window, period: Period): void {
  window.periods.push({ ...period, endPercent: window.used });
  window.used = 0;
  window.period = undefined;
}

/** The browser's look each minute, a little late, and what of it the bridge keeps: changes, and a point each 15 minutes. */
function createLook(random: Random) {
  let blindUntilMs = 0;
  return (window: Window, nowMs: number, isClosed: boolean): void => {
    // Sleeping laptops, lost networks, signed-out browsers.
    if (random.next() < 1 / (2 * 2 * 1440)) blindUntilMs = nowMs + (0.5 + 9 * random.next() ** 2) * HOUR;
    if (isClosed || nowMs < blindUntilMs || random.next() < 0.01) return;
    const atMs = Math.round(nowMs + 20_000 + 20_000 * random.next());
    const shown = Math.floor(window.used);
    const utilization = toFlicker(shown, random);
    const resetMs = window.period ? window.period.resetMs + Math.round(2_000 * random.next() - 1_000) : null;
    const before = window.points.at(-1);
    const isChange =
      before?.[1] !== utilization ||
      (before[2] === null) !== (resetMs === null) ||
      (before[2] ?? 0) + HOUR < (resetMs ?? 0);
    const reading: HistoryPoint = [atMs, utilization, resetMs];
    if (isChange || atMs - before[0] >= 15 * MINUTE) window.points.push(reading);
    if (random.next() < MINUTE / playedWindows[window.id].askedEveryMs) {
      window.asked.push({ reading, pointCount: window.points.length });
    }
  };
}

/** One server of many that is some minutes behind, or one that is wrong. */
function toFlicker(shown: number, random: Random): number {
  const chance = random.next();
  if (chance < 0.01) return Math.max(0, shown - 1 - Math.floor(2 * random.next()));
  return chance < 0.0105 ? Math.floor(100 * random.next()) : shown;
}
