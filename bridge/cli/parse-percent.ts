// "90" or "90%" to a number of percent. Pure.
import { CliError } from "./cli-error.ts";

const PERCENT = /^(\d{1,4}(?:\.\d{1,3})?)%?$/;

/** Throws CliError "usage". Below one it is a fraction by mistake: 0.9 would stop everything at 0.9 %. */
export function parsePercent(option: string, text: string): number {
  const percent = Number(PERCENT.exec(text)?.[1]);
  if (percent >= 1 && percent <= 1000) return percent;
  throw new CliError("usage", `--${option} is a number of percent from 1 up, such as 90.`);
}
