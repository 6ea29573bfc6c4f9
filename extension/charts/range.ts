// Which stretch of time the page shows: a span that ends at a moment, or at now and goes along with it. Pure.

const DAY_MS = 86_400_000;

export const spans = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS, year: 365 * DAY_MS } as const;
export type Span = keyof typeof spans;
export const spanNames = ["day", "week", "month", "year"] as const satisfies readonly Span[];

/** `endMs` undefined: it ends now. */
export type View = { span: Span; endMs: number | undefined };
export type Range = { sinceMs: number; untilMs: number };

export function toRange({ span, endMs }: View, nowMs: number): Range {
  const untilMs = endMs ?? nowMs;
  return { sinceMs: untilMs - spans[span], untilMs };
}

/** One whole span on; close to now it is now, and goes along again: time has passed since the way back began. */
export function toNeighbour({ span, endMs }: View, direction: "earlier" | "later", nowMs: number): View {
  const moved = (endMs ?? nowMs) + (direction === "later" ? spans[span] : -spans[span]);
  return { span, endMs: moved > nowMs - spans[span] / 20 ? undefined : moved };
}

/** "20 Nov 2026, 12:00 to 21 Nov 2026, 12:00", in days alone where minutes say nothing. */
export function formatRange({ sinceMs, untilMs }: Range, timeZone?: string): string {
  const time = untilMs - sinceMs <= spans.week ? { hour: "2-digit" as const, minute: "2-digit" as const } : {};
  const zone = timeZone === undefined ? {} : { timeZone };
  const format = (ms: number) =>
    new Date(ms).toLocaleString("en-GB", { day: "numeric", month: "short", year: "numeric", ...time, ...zone });
  return `${format(sinceMs)} to ${format(untilMs)}`;
}

/** A tick of the time axis: a clock time, a day or a month, by how far the ticks are apart. */
export function formatTick(ms: number, stepMs: number, timeZone?: string): string {
  const moment = new Date(ms);
  const zone = timeZone === undefined ? {} : { timeZone };
  const time = moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", ...zone });
  if (stepMs < DAY_MS && time !== "00:00") return time;
  if (stepMs < 28 * DAY_MS) return moment.toLocaleDateString("en-GB", { day: "numeric", month: "short", ...zone });
  const month = moment.toLocaleDateString("en-GB", { month: "short", ...zone });
  return month === "Jan" ? moment.toLocaleDateString("en-GB", { year: "numeric", ...zone }) : month;
}

/** "Sat 21 Nov 2026, 11:32:05". */
export function formatMoment(ms: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = { weekday: "short", day: "numeric", month: "short", year: "numeric" } as const;
  const date = new Date(ms).toLocaleDateString("en-GB", { ...day, ...zone }).replace(",", "");
  return `${date}, ${new Date(ms).toLocaleTimeString("en-GB", zone)}`;
}
