// What a proxy does with refused requests, from the command line of `proxy` and of `run`. Pure.
import type { WaitRules } from "../../state/wait-rules.ts";
import { CliError } from "../cli-error.ts";
import { parseDuration } from "../option-values.ts";
import type { Options } from "../parse-options.ts";

type WaitOptions = Pick<Options<"smooth", "hold" | "grace" | "spread">, "has" | "text">;

/** Throws CliError "usage". */
export function toWaitRules(given: WaitOptions): WaitRules {
  const hold = given.text("hold");
  return {
    hold_ms: hold === undefined ? null : toHoldMs(hold),
    grace_ms: parseDuration("grace", given.text("grace") ?? "30s"),
    spread_ms: parseDuration("spread", given.text("spread") ?? "60s"),
    smooth: given.has("smooth"),
  };
}

function toHoldMs(text: string): number {
  const ms = parseDuration("hold", text, "the longest time a turn may be held, such as 30m or 6h");
  if (ms === 0) throw new CliError("usage", "--hold needs a time above zero; without it no turn is held.");
  return ms;
}
