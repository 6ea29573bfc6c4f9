// A moment by this machine's clock, in words. Without Intl, which costs 12 ms at its first use: half a call of the CLI.
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"] as const;
const NEAR_MS = 6 * 86_400_000;

/** "14:20" today, "Thu 04:00" within a week, "5 Nov 07:59" beyond. */
export function formatLocalClock(ms: number, nowMs: number): string {
  const moment = new Date(ms);
  const time = `${pad(moment.getHours())}:${pad(moment.getMinutes())}`;
  if (isSameDay(moment, new Date(nowMs))) return time;
  if (Math.abs(ms - nowMs) < NEAR_MS) return `${DAYS[moment.getDay()]} ${time}`;
  return `${moment.getDate()} ${MONTHS[moment.getMonth()]} ${time}`;
}

function isSameDay(a: Date, b: Date): boolean {
  return a.getDate() === b.getDate() && a.getMonth() === b.getMonth() && a.getFullYear() === b.getFullYear();
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
