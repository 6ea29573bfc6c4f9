// "30s", "10m", "1h30m", "7d" to milliseconds. Pure.
import { CliError } from "./cli-error.ts";

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?$/;
/** Longer than any window is; beyond it a duration is a slip. */
const LONGEST_MS = 366 * UNIT_MS.d;

/** Throws CliError "usage"; a bare number is refused because its unit would be a guess. */
export function parseDuration(option: string, text: string): number {
  const match = text === "" ? null : DURATION.exec(text);
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = match ?? [];
  const ms =
    Number(days) * UNIT_MS.d + Number(hours) * UNIT_MS.h + Number(minutes) * UNIT_MS.m + Number(seconds) * UNIT_MS.s;
  if (!match && text !== "0") throw new CliError("usage", `--${option} is a time such as 30s, 10m, 6h or 7d.`);
  if (ms > LONGEST_MS) throw new CliError("usage", `--${option} is at most a year.`);
  return ms;
}
