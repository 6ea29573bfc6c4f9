// Numbers and moments as a person reads them. Pure: the locale and time zone are the runtime's unless handed in.
import { toCurrencyDigits } from "./currency.ts";
import { formatLocalClock } from "./format-local-clock.ts";

/** "in 2 h 11 min", "in 45 s", "due". */
export function formatCountdown(untilMs: number): string {
  return untilMs < 500 ? "due" : `in ${formatDuration(untilMs)}`;
}

/** "2 h 11 min", "3 d 4 h", "45 s": the two largest units that say something. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${Math.max(0, seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return join(`${hours} h`, minutes % 60, "min");
  const wholeHours = Math.round(minutes / 60);
  return join(`${Math.floor(wholeHours / 24)} d`, wholeHours % 24, "h");
}

function join(first: string, rest: number, unit: string): string {
  return rest === 0 ? first : `${first} ${rest} ${unit}`;
}

/** As formatLocalClock, of an ISO moment and by the clock of any zone; without one by this machine's. */
export function formatClock(iso: string, nowMs: number, timeZone?: string): string {
  if (timeZone === undefined) return formatLocalClock(Date.parse(iso), nowMs);
  const moment = new Date(iso);
  const time = moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
  const day = moment.toLocaleDateString("en-GB", { timeZone });
  if (day === new Date(nowMs).toLocaleDateString("en-GB", { timeZone })) return time;
  const isNear = Math.abs(moment.getTime() - nowMs) < 6 * 86_400_000;
  const date = isNear ? { weekday: "short" as const } : { day: "numeric" as const, month: "short" as const };
  return `${moment.toLocaleDateString("en-GB", { ...date, timeZone })} ${time}`;
}

/** "42", "99.6", never more than one decimal; "?" for unknown. A value under the limit is never rounded up to it. */
export function formatPercent(utilization: number | null): string {
  if (utilization === null) return "?";
  const tenths = Math.floor(utilization * 10) / 10;
  return String(tenths);
}

/** "12.34 of 50.00 USD", with the currency's own number of decimals. */
export function formatMoney(used: number | null, limit: number | null, currency: string | null): string {
  const digits = toCurrencyDigits(currency);
  const amount = (value: number | null) => (value === null ? "?" : value.toFixed(digits));
  const unit = currency === null ? "" : ` ${currency}`;
  return limit === null ? `${amount(used)}${unit}, no known limit` : `${amount(used)} of ${amount(limit)}${unit}`;
}
