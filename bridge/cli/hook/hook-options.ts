// When a hook speaks up and when it holds work back, from its command line.
import { CliError } from "../cli-error.ts";
import { type GateLimits, type GateText, toGateOptions } from "../gate/gate-options.ts";
import { parsePercent } from "../option-values.ts";
import type { OptionNames, Options } from "../parse-options.ts";

export type HookOptions = {
  /** From here on a prompt gets one line of context. */
  warnPercent: number;
  /** Its maxPercent is where prompts and tools are held back. */
  limits: GateLimits;
  isUnknownHeldBack: boolean;
  /** Tools that an agent needs to wind down, whatever the quota. */
  allowedTools: readonly string[];
  /** Over how long panes that Claude Code continues in one second are spread. */
  spreadMs: number;
};

export const hookOptionNames = {
  command: "hook",
  words: ["user-prompt", "pre-tool", "stop", "stop-failure", "session-start", "notification"],
  flags: ["no-color"],
  texts: ["warn", "max", "model", "window", "max-age", "on-unknown", "allow-tool", "spread", "account"],
} as const satisfies OptionNames;

type HookText = (typeof hookOptionNames)["texts"][number];
/** With its quarter more, the spread ends before the 10 seconds that older installs give the hook. */
const defaults: Readonly<Partial<Record<HookText, string>>> = {
  warn: "80",
  max: "95",
  "on-unknown": "go",
  spread: "6s",
};

/** Throws CliError "usage". */
export function toHookOptions(given: Pick<Options<string, HookText>, "text">): HookOptions {
  const text = (name: HookText) => given.text(name) ?? defaults[name];
  const gateText = (name: GateText) => (isOwn(name) ? text(name) : undefined);
  const { onUnknown, spreadMs, ...limits } = toGateOptions({ has: () => false, text: gateText });
  if (onUnknown === "wait") throw new CliError("usage", "--on-unknown must be go or fail: a hook cannot wait.");
  const allowedTools =
    text("allow-tool")
      ?.split(",")
      .map((name) => name.trim()) ?? [];
  if (allowedTools.includes("")) throw new CliError("usage", "--allow-tool needs tool names, such as Write,TodoWrite.");
  return {
    warnPercent: parsePercent("warn", text("warn") ?? ""),
    limits,
    isUnknownHeldBack: onUnknown === "fail",
    allowedTools,
    spreadMs,
  };
}

/** What else a gate can be asked for, a hook leaves at the gate's own default. */
function isOwn(name: string): name is HookText {
  return hookOptionNames.texts.some((each) => each === name);
}
