// What a guard watches and how it waits, from the command line; `run` takes the same options.
import { CliError } from "../cli-error.ts";
import { parseDuration, parsePercent } from "../option-values.ts";
import type { Options } from "../parse-options.ts";

/** When a row lets work go on. */
export type GateLimits = {
  /** Below, not equal. */
  maxPercent: number;
  model: string | undefined;
  /** Exactly these instead of the account-wide ones. */
  windows: readonly string[] | undefined;
  maxAgeMs: number;
  moneyMaxPercent: number | undefined;
  /** Not either when a watched window is forecast to be full within this time. */
  forecastMs: number | undefined;
};

export type GateOptions = GateLimits & {
  wait: boolean;
  maxWaitMs: number;
  graceMs: number;
  spreadMs: number;
  onUnknown: "wait" | "go" | "fail";
};

export const gateOptionNames = {
  flags: ["no-wait", "forecast"],
  texts: [
    "max",
    "model",
    "window",
    "money-max",
    "for",
    "account",
    "max-age",
    "on-unknown",
    "max-wait",
    "grace",
    "spread",
  ],
} as const;
export type GateFlag = (typeof gateOptionNames)["flags"][number];
export type GateText = (typeof gateOptionNames)["texts"][number];

/** Throws CliError "usage". */
export function toGateOptions(options: Pick<Options<GateFlag, GateText>, "has" | "text">): GateOptions {
  const toDuration = (name: GateText, otherwise: number) => {
    const text = options.text(name);
    return text === undefined ? otherwise : parseDuration(name, text);
  };
  const max = options.text("max");
  const money = options.text("money-max");
  if (options.text("for") !== undefined && !options.has("forecast")) {
    throw new CliError("usage", "--for needs --forecast.");
  }
  return {
    maxPercent: max === undefined ? 90 : parsePercent("max", max),
    model: toModel(options.text("model")),
    windows: toWindows(options.text("window")),
    maxAgeMs: toDuration("max-age", 600_000),
    moneyMaxPercent: money === undefined ? undefined : parsePercent("money-max", money),
    forecastMs: options.has("forecast") ? toDuration("for", 1_800_000) : undefined,
    wait: !options.has("no-wait"),
    maxWaitMs: toDuration("max-wait", Number.POSITIVE_INFINITY),
    graceMs: toDuration("grace", 30_000),
    spreadMs: toDuration("spread", 60_000),
    onUnknown: toOnUnknown(options.text("on-unknown") ?? "wait"),
  };
}

function toModel(text: string | undefined): string | undefined {
  if (text?.trim() === "") throw new CliError("usage", "--model needs the name of a model, such as opus.");
  return text;
}

function toWindows(text: string | undefined): readonly string[] | undefined {
  const windows = text?.split(",").map((id) => id.trim().toLowerCase());
  if (windows?.includes("")) throw new CliError("usage", "--window needs window ids, such as five_hour,seven_day.");
  if (windows?.some((id) => id.startsWith("pool:"))) {
    throw new CliError("usage", "a pool is money to spend, not a rate limit: use --money-max instead.");
  }
  return windows;
}

function toOnUnknown(text: string): GateOptions["onUnknown"] {
  if (text === "wait" || text === "go" || text === "fail") return text;
  throw new CliError("usage", "--on-unknown must be wait, go or fail.");
}
