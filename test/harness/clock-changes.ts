// Where and when clocks were changed, by the time zone database, and what a wall clock shows around it, worked out without it.

/** Offsets in minutes east of UTC. A gap leaves wall time out, a fold shows it twice. */
type ClockChange = { zone: string; kind: "gap" | "fold"; atMs: number; before: number; after: number };

const change = (zone: string, at: string, before: number, after: number): ClockChange => {
  return { zone, kind: before < after ? "gap" : "fold", atMs: Date.parse(at), before, after };
};

export const clockChanges: readonly ClockChange[] = [
  change("Europe/Berlin", "2026-03-29T01:00Z", 60, 120),
  change("Europe/Berlin", "2026-10-25T01:00Z", 120, 60),
  change("America/New_York", "2026-03-08T07:00Z", -300, -240),
  change("America/New_York", "2026-11-01T06:00Z", -240, -300),
  change("Australia/Lord_Howe", "2026-10-03T15:30Z", 630, 660),
  change("Australia/Lord_Howe", "2026-04-04T15:00Z", 660, 630),
  change("Africa/Casablanca", "2026-03-22T02:00Z", 0, 60),
  change("Africa/Casablanca", "2026-02-15T02:00Z", 60, 0),
  // The last ones before these two gave it up; in Sao Paulo midnight itself was left out.
  change("America/Sao_Paulo", "2018-11-04T03:00Z", -180, -120),
  change("America/Sao_Paulo", "2018-02-18T02:00Z", -120, -180),
  change("Pacific/Apia", "2020-09-26T14:00Z", 780, 840),
  change("Pacific/Apia", "2021-04-03T14:00Z", 840, 780),
];

/** Seen an hour before the change: a reset half an hour after it, at the end of a 5-hour window, and days later. */
export const resetsAfter = [
  { window: "five_hour", afterMs: 30 * 60_000, countdown: "in 1 h 30 min" },
  { window: "five_hour", afterMs: 4 * 3_600_000, countdown: "in 5 h" },
  { window: "seven_day", afterMs: 5 * 86_400_000, countdown: "in 5 d 1 h" },
] as const;

export const SEEN_BEFORE_MS = 3_600_000;

/** "14:20" today, "Thu 04:00" on another day of this week. */
export function toWallClock(moment: ClockChange, ms: number, nowMs: number): string {
  const { weekday, date, time } = toWallTime(moment, ms);
  const clock = time.slice(0, 5);
  return date === toWallTime(moment, nowMs).date ? clock : `${weekday} ${clock}`;
}

/** "Sat", "21 Nov 2026", "11:32:05". */
export function toWallTime({ atMs, before, after }: ClockChange, ms: number) {
  const text = new Date(ms + (ms < atMs ? before : after) * 60_000).toUTCString();
  const [weekday = "", day, month, year, time = ""] = text.split(/,? /);
  return { weekday, date: `${Number(day)} ${month === "Sep" ? "Sept" : month} ${year}`, time };
}
