// A time of day as a person types it: "22:00", "8:30", "22". Pure.

/** As HH:MM; undefined when it is none. */
export function parseClock(text: string): string | undefined {
  const match = /^(\d{1,2})(?::(\d{2}))?$/.exec(text.trim());
  const [hours, minutes] = [Number(match?.[1]), Number(match?.[2] ?? 0)];
  if (!match || hours > 23 || minutes > 59) return undefined;
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}
