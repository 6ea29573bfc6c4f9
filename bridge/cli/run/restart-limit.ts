// The circuit breakers: how many restarts or starts an hour are still a plan, and not a loop. Pure.
import { CliError } from "../cli-error.ts";

export type RestartLimit = { count: number; perMs: number };

const PERIODS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const FORM = /^(\d{1,4})\/([mhd])$/;

/** "3/h"; throws CliError "usage". */
export function parseRestartLimit(text: string, option = "max-restarts"): RestartLimit {
  const [, count, period = ""] = FORM.exec(text) ?? [];
  const perMs = PERIODS_MS[period];
  if (count === undefined || perMs === undefined) {
    throw new CliError("usage", `--${option} needs a number per minute, hour or day, such as 3/h.`);
  }
  return { count: Number(count), perMs };
}

/** Counts starts only: an agent that waits five hours for each of ten resets never trips it. */
export function isRestartAllowed(
  restartsMs: readonly number[],
  nextMs: number,
  { count, perMs }: RestartLimit,
): boolean {
  return restartsMs.filter((restartMs) => restartMs > nextMs - perMs).length < count;
}

export function formatRestartLimit({ count, perMs }: RestartLimit): string {
  const [period = "h"] = Object.entries(PERIODS_MS).find(([, ms]) => ms === perMs) ?? [];
  return `${count}/${period}`;
}
