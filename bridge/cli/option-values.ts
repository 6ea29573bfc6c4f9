// The values that options take: times such as "30s", "10m", "1h30m", "7d", "2w", and percents such as "90" or "90%". Pure.
import { CliError } from "./cli-error.ts";

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const DURATION = /^(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?$/;
/** Longer than any window is; beyond it a duration is a slip. */
const LONGEST_MS = 366 * UNIT_MS.d;
const PERCENT = /^(\d{1,4}(?:\.\d{1,3})?)%?$/;

/** Throws CliError "usage"; a bare number is refused because its unit would be a guess. */
export function parseDuration(option: string, text: string, examples = "a time such as 30s, 10m, 6h or 7d"): number {
  const match = text === "" ? null : DURATION.exec(text);
  const [, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match ?? [];
  const ms =
    Number(weeks) * UNIT_MS.w +
    Number(days) * UNIT_MS.d +
    Number(hours) * UNIT_MS.h +
    Number(minutes) * UNIT_MS.m +
    Number(seconds) * UNIT_MS.s;
  if (!match && text !== "0") throw new CliError("usage", `--${option} needs ${examples}.`);
  if (ms > LONGEST_MS) throw new CliError("usage", `--${option} can be a year at most.`);
  return ms;
}

/** Throws CliError "usage". Below one it is a fraction by mistake: 0.9 would stop everything at 0.9 %. */
export function parsePercent(option: string, text: string): number {
  const percent = Number(PERCENT.exec(text)?.[1]);
  if (percent >= 1 && percent <= 1000) return percent;
  throw new CliError("usage", `--${option} needs a percentage of 1 or more, such as 90.`);
}
