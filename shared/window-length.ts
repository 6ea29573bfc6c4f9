// How long a window lasts from its start to its reset, where its name tells it.

const FIVE_HOURS_MS = 5 * 3_600_000;
const SEVEN_DAYS_MS = 7 * 86_400_000;

/** Undefined for a window whose name does not tell. */
export function toWindowLengthMs(id: string): number | undefined {
  if (id === "five_hour") return FIVE_HOURS_MS;
  return id.startsWith("seven_day") || id.startsWith("scoped:") ? SEVEN_DAYS_MS : undefined;
}
