// The moment that a message means by "resets 3:45pm", "Jun 11, 4am (UTC)", "8pm (GMT+2)", "in 2 hours": the next such
// one. Pure.
import { parseServerTime } from "../../../shared/time.ts";
import { DAY_PLACES, RESET_WORDS } from "./reset-words.ts";
import { toMoments, toZonedTime, type Zone, type ZonedTime } from "./zoned-time.ts";

export type ResetClock = {
  nowMs: number;
  /** For a message that names no zone: Claude Code prints the zone of its own machine. */
  timeZone: string;
  /** A session is at most five hours long, so its reset can not be further away. */
  maxAheadMs: number;
};

export const SESSION_AHEAD_MS = 5 * 3_600_000 + 5 * 60_000;
/** A month: the longest that a limit of money waits. */
export const ANY_AHEAD_MS = 32 * 86_400_000;

/** A message may be read a little after the moment it names. */
const JUST_PASSED_MS = 10 * 60_000;
/** Seconds are cut off where a reset is printed, so the minute that runs now is still ahead. */
const MINUTE_MS = 60_000;
const DAYS_TO_TRY = 33;

const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const WHEN = new RegExp(`^${RESET_WORDS}$`, "i");

/** Undefined when the words are none of the known forms, name an unknown zone, or mean no moment that can be. */
export function parseResetMs(resetText: string, clock: ResetClock): number | undefined {
  if (resetText.startsWith("|")) return toEpochMs(Number(resetText.slice(1)));
  const groups = WHEN.exec(resetText.trim())?.groups;
  if (!groups) return undefined;
  const found = toFound(groups);
  const aheadMs = toAheadMs(found);
  if (aheadMs > 0) return aheadMs <= clock.maxAheadMs ? clock.nowMs + aheadMs : undefined;
  const time = toTimeOfDay(found);
  if (!time) return undefined;
  const zone = toZone(found) ?? clock.timeZone;
  // A day alone begins with the zone of whoever counts: the later of the two is never too early.
  const zones = toZone(found) === undefined && isDayAlone(found) ? [zone, "UTC"] : [zone];
  try {
    const moments = toDays(found, clock.nowMs, zone).map((day) =>
      zones.flatMap((each) => toMoments({ ...day, ...time }, each)).sort((a, b) => a - b),
    );
    return decideMoment(moments, clock);
  } catch (error) {
    // An unknown zone must not be taken for the local one: that could wake an agent hours before the reset.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function toEpochMs(seconds: number): number | undefined {
  const iso = parseServerTime(seconds);
  return iso === undefined ? undefined : Date.parse(iso);
}

/** The first one ahead; where the clocks show the time twice, the later, because waking too early hits the limit again. */
function decideMoment(moments: readonly number[][], { nowMs, maxAheadMs }: ResetClock): number | undefined {
  for (const sameTime of moments) {
    const ahead = sameTime.filter((ms) => ms > nowMs - MINUTE_MS && ms <= nowMs + maxAheadMs).at(-1);
    if (ahead !== undefined) return ahead;
  }
  return moments.flat().findLast((ms) => ms <= nowMs && ms > nowMs - JUST_PASSED_MS);
}

type Day = Omit<ZonedTime, "hour" | "minute">;
type Found = Readonly<Record<string, string | undefined>>;

/** Under the same names wherever they stood; a day in both places of a time is none that anybody prints. */
function toFound(groups: Found): Found {
  const found = Object.entries(groups).flatMap(([name, text]) => {
    if (text === undefined) return [];
    const place = DAY_PLACES.find((each) => each !== "" && name.endsWith(each)) ?? "";
    return [[name.slice(0, name.length - place.length), text] as const];
  });
  return Object.fromEntries(found);
}

function isDayAlone({ hour, named }: Found): boolean {
  return hour === undefined && named === undefined;
}

function toAheadMs({ days = "0", hours = "0", minutes = "0", seconds = "0" }: Found): number {
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/** "(UTC)", "UTC", "(Europe/Berlin)", "(GMT+2)", "+05:30"; without one it is the zone of the machine that printed it. */
function toZone(found: Found): Zone | undefined {
  if (found["utc"]) return "UTC";
  const [, sign, hours, minutes = "0"] =
    /^([+-])(\d{1,2}):?(\d{2})?$/.exec(found["offset"] ?? found["bareOffset"] ?? "") ?? [];
  if (hours === undefined) return found["zone"] ?? found["bareZone"];
  const ahead = Number(hours) * 60 + Number(minutes);
  return sign === "-" ? -ahead : ahead;
}

/** The days that the words can mean, earliest first. */
function toDays(found: Found, nowMs: number, zone: Zone): Day[] {
  const { year, month, day } = toZonedTime(nowMs, zone);
  if (found["iso"]) {
    const [isoYear = 0, isoMonth = 0, isoDay = 0] = found["iso"].split("-").map(Number);
    return [{ year: isoYear, month: isoMonth, day: isoDay }].filter(isDay);
  }
  const named = toMonthDay(found);
  if (named) {
    // Around New Year the named day lies in the year before or behind.
    const years = named.year ? [Number(named.year)] : [year - 1, year, year + 1];
    return years.map((each) => ({ ...named, year: each })).filter(isDay);
  }
  if (found["near"]) {
    const date = new Date(Date.UTC(year, month - 1, day + (found["near"].toLowerCase() === "today" ? 0 : 1)));
    return [{ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }];
  }
  const weekday = WEEKDAYS.indexOf(found["weekday"]?.toLowerCase() ?? "");
  return Array.from({ length: DAYS_TO_TRY }, (_, index) => new Date(Date.UTC(year, month - 1, day + index - 1)))
    .filter((date) => weekday < 0 || date.getUTCDay() === weekday)
    .map((date) => ({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }));
}

/** "Nov 27", "27 Nov", "11/27/2026", and "27/11/2026" where it can be nothing else. */
function toMonthDay(found: Found): { month: number; day: number; year: string | undefined } | undefined {
  const word = found["month"] ?? found["monthSecond"];
  if (word !== undefined) {
    const day = Number(found["day"] ?? found["dayFirst"]);
    return { month: MONTHS.indexOf(word.toLowerCase()) + 1, day, year: found["year"] };
  }
  const [first = "", second = "", year] = found["slashed"]?.split("/") ?? [];
  if (first === "") return undefined;
  const [month, day] = Number(first) > 12 ? [second, first] : [first, second];
  return { month: Number(month), day: Number(day), year };
}

/** 30 February would silently become 2 March. */
function isDay({ year, month, day }: Day): boolean {
  return month >= 1 && month <= 12 && new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}

function toTimeOfDay(found: Found): { hour: number; minute: number } | undefined {
  if (isDayAlone(found)) return { hour: 0, minute: 0 };
  if (found["named"]) return { hour: found["named"].toLowerCase() === "noon" ? 12 : 0, minute: 0 };
  const minute = Number(found["minute"] ?? 0);
  const hour = Number(found["hour"]);
  const half = found["half"]?.toLowerCase().replaceAll(".", "");
  if (minute > 59) return undefined;
  if (half === undefined) return hour < 24 ? { hour, minute } : undefined;
  return hour >= 1 && hour <= 12 ? { hour: (hour % 12) + (half === "pm" ? 12 : 0), minute } : undefined;
}
