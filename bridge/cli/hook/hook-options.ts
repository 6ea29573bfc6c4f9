// When a hook speaks up and when it holds work back, from its command line.
import { CliError } from "../cli-error.ts";
import { type GateLimits, toGateOptions } from "../gate/gate-options.ts";
import type { OptionNames, Options } from "../parse-options.ts";
import { parsePercent } from "../parse-percent.ts";

export type HookOptions = {
  /** From here on a prompt gets one line of context. */
  warnPercent: number;
  /** Its maxPercent is where prompts and tools are held back. */
  limits: GateLimits;
  isUnknownHeldBack: boolean;
  /** Tools that an agent needs to wind down, whatever the quota. */
  allowedTools: readonly string[];
};

export const hookOptionNames = {
  flags: ["no-color"],
  texts: ["warn", "max", "model", "window", "max-age", "on-unknown", "allow-tool", "account"],
} as const satisfies OptionNames;

const defaults: Readonly<Record<string, string>> = { warn: "80", max: "95", "on-unknown": "go" };

/** Throws CliError "usage". */
export function toHookOptions(given: Options): HookOptions {
  const text = (name: string) => given.text(name) ?? defaults[name];
  const { onUnknown, ...limits } = toGateOptions({ has: given.has, text });
  if (onUnknown === "wait") throw new CliError("usage", "--on-unknown is go or fail here: a hook can not wait.");
  const allowedTools =
    text("allow-tool")
      ?.split(",")
      .map((name) => name.trim()) ?? [];
  if (allowedTools.includes("")) throw new CliError("usage", "--allow-tool is a list such as Write,TodoWrite.");
  return {
    warnPercent: parsePercent("warn", text("warn") ?? ""),
    limits,
    isUnknownHeldBack: onUnknown === "fail",
    allowedTools,
  };
}
