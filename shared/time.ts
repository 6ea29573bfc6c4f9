// Moments as ISO text: what counts as one, and the one form we write.

const ISO_WITH_OFFSET = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** 2020-01-01 and 2100-01-01: a moment outside is a unit error or a joke, never a reset. */
const EARLIEST_MS = 1_577_836_800_000;
const LATEST_MS = 4_102_444_800_000;

/**
 * ISO text with an offset to epoch milliseconds; anything else is undefined.
 * V8 reads text without offset as local time and 30 February as 2 March, so both are refused here.
 */
export function parseIsoMs(text: string): number | undefined {
  const match = ISO_WITH_OFFSET.exec(text);
  if (!match) return undefined;
  const day = Number(match[3]);
  if (day > daysInMonth(Number(match[1]), Number(match[2]))) return undefined;
  const ms = Date.parse(text);
  return Number.isFinite(ms) ? ms : undefined;
}

/** A moment as claude.ai sends it: ISO text, or (seen once) epoch seconds. Undefined when it is neither. */
export function parseServerTime(value: unknown): string | undefined {
  const ms = typeof value === "number" ? value * 1000 : typeof value === "string" ? parseIsoMs(value) : undefined;
  if (ms === undefined || !(ms >= EARLIEST_MS && ms < LATEST_MS)) return undefined;
  return toIso(ms);
}

/** The one form we write: UTC with milliseconds. */
export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
