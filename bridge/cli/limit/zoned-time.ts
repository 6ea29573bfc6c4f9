// Clock times of a time zone and the moments they mean, by the zone data of the runtime. Pure.

/** The name of a zone, or the minutes by which its clocks are ahead of UTC. */
export type Zone = string | number;

export type ZonedTime = { year: number; month: number; day: number; hour: number; minute: number };

/** More than any zone's offset, so that one probe lies before a change of the clocks and one behind it. */
const PROBE_MS = 26 * 3_600_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws RangeError for a zone that the runtime does not know. */
export function toZonedTime(ms: number, zone: Zone): ZonedTime {
  if (typeof zone === "number") return toUtcTime(ms + zone * 60_000);
  const values = new Map(
    toFormat(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const read = (part: Intl.DateTimeFormatPartTypes) => values.get(part) ?? Number.NaN;
  return { year: read("year"), month: read("month"), day: read("day"), hour: read("hour"), minute: read("minute") };
}

/**
 * Every moment at which the zone's clocks show this time, earliest first: one, or two in the hour that comes twice.
 * A time that the clocks skip gives the moment as far behind the gap as the time is into it.
 */
export function toMoments(time: ZonedTime, zone: Zone): number[] {
  const asUtcMs = Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute);
  const offsets = [-PROBE_MS, 0, PROBE_MS].map((probeMs) => toOffsetMs(asUtcMs + probeMs, zone));
  const moments = [...new Set(offsets.map((offsetMs) => asUtcMs - offsetMs))]
    .filter((ms) => ms + toOffsetMs(ms, zone) === asUtcMs)
    .sort((a, b) => a - b);
  return moments.length > 0 ? moments : [asUtcMs - (offsets[0] ?? 0)];
}

function toUtcTime(ms: number): ZonedTime {
  const date = new Date(ms);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
}

function toOffsetMs(ms: number, zone: Zone): number {
  const { year, month, day, hour, minute } = toZonedTime(ms, zone);
  const minuteMs = Math.floor(ms / 60_000) * 60_000;
  return Date.UTC(year, month - 1, day, hour, minute) - minuteMs;
}

/** Creating one costs more than a hundred uses. */
function toFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  formats.set(timeZone, format);
  return format;
}
