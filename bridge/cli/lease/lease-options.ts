// What a lease is asked for, from the command line; `run` and `guard --lease` take the same options.
import { leaseClassSchema, type Priority } from "../../../shared/lease/lease-wire.ts";
import { DEFAULT_RESERVE, parseReserve } from "../../../shared/lease/reserve.ts";
import { CliError } from "../cli-error.ts";
import type { Options } from "../parse-options.ts";
import { type LeaseText, leaseTexts } from "./lease-option-names.ts";

export type LeaseOptions = {
  /** Undefined: of the repository and the program. */
  class: string | undefined;
  /** Points by window. */
  cost: Readonly<Record<string, number>>;
  priority: Priority;
  /** As the user wrote it. */
  reserve: string;
  onNoLease: "go" | "fail";
  /** The user counts on one, and is told when there is none. */
  isAskedFor: boolean;
};

/** Throws CliError "usage". */
export function toLeaseOptions(given: Pick<Options<string, LeaseText>, "text">): LeaseOptions {
  return {
    class: toClass(given.text("class")),
    cost: toCost(given.text("cost")),
    priority: toPriority(given.text("priority") ?? "normal"),
    reserve: toReserve(given.text("reserve") ?? DEFAULT_RESERVE),
    onNoLease: toOnNoLease(given.text("on-no-lease") ?? "go"),
    isAskedFor: leaseTexts.some((name) => given.text(name) !== undefined),
  };
}

function toClass(text: string | undefined): string | undefined {
  if (text === undefined || leaseClassSchema.safeParse(text).success) return text;
  throw new CliError("usage", "--class needs a name of letters, digits and . _ - / @ : +, at most 80 of them.");
}

/** "five_hour:4,seven_day:0.5" */
function toCost(text: string | undefined): Record<string, number> {
  const cost: Record<string, number> = {};
  for (const part of text?.split(",") ?? []) {
    const [, window, points] = /^([a-z0-9_:-]{1,80}):(\d{1,3}(?:\.\d{1,3})?)$/.exec(part.trim()) ?? [];
    if (window === undefined)
      throw new CliError("usage", "--cost needs points by window, such as five_hour:4,seven_day:0.5.");
    cost[window] = Number(points);
  }
  return cost;
}

function toPriority(text: string): Priority {
  if (text === "low" || text === "normal" || text === "high") return text;
  throw new CliError("usage", "--priority must be low, normal or high.");
}

function toReserve(text: string): string {
  if (parseReserve(text)) return text;
  throw new CliError("usage", "--reserve needs a percentage, by the hour if you like: 6, or 40@08-19,6.");
}

function toOnNoLease(text: string): LeaseOptions["onNoLease"] {
  if (text === "go" || text === "fail") return text;
  throw new CliError("usage", "--on-no-lease must be go or fail.");
}
