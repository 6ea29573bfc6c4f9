// What each hook answers Claude Code, in the form of https://code.claude.com/docs/en/hooks. It can reach a model, so it is
// made of our own words, numbers and codes alone: no name, no e-mail, no text of any server. Pure.
import { formatPercent } from "../../../shared/format.ts";
import { formatLocalClock } from "../../../shared/format-local-clock.ts";
import type { WindowLevel } from "../gate/decide-gate.ts";
import { toWindowName } from "../gate/watched.ts";
import type { HookDecision } from "./decide-hook.ts";
import type { hookOptionNames } from "./hook-options.ts";
import { QUOTA_WORDS } from "./quota-words.ts";

/** Those that the quota decides; the others are only told of something. */
export type QuotaVerb = Exclude<
  (typeof hookOptionNames)["words"][number],
  "stop-failure" | "session-start" | "notification"
>;

export type HookOutput = {
  decision?: "block";
  reason?: string;
  systemMessage?: string;
  hookSpecificOutput?:
    | { hookEventName: "UserPromptSubmit" | "SessionStart"; additionalContext: string }
    | { hookEventName: "PreToolUse"; permissionDecision: "deny"; permissionDecisionReason: string };
};

/** `noteName`: the file in the session's folder that whoever takes over reads first. */
export type HookMoment = { nowMs: number; noteName?: string | undefined };
const BRAKE_WORDS = `${QUOTA_WORDS}more is owed to work under way than is left, and this run began last. Do not retry: hand over, and end the turn with a summary of what is done and what is pending.`;

/** An empty object says nothing, and lets everything go on. */
export function formatHookOutput(verb: QuotaVerb, decision: HookDecision, { nowMs, noteName }: HookMoment): HookOutput {
  if (decision.kind === "nothing") return {};
  if (decision.kind === "braked") return verb === "pre-tool" ? toDenial(BRAKE_WORDS) : {};
  const state =
    decision.kind === "unknown" ? `the quota is unknown (${decision.doubt})` : formatLevel(decision.level, nowMs);
  switch (verb) {
    case "user-prompt":
      if (decision.kind === "warn")
        return toContext(`${QUOTA_WORDS}${state}: finish up and ${toHandoverWords(noteName)}.`);
      return { decision: "block", reason: `${QUOTA_WORDS}${state}. This prompt was held back.` };
    case "pre-tool":
      if (decision.kind === "warn") return {};
      // With what Claude Code puts in front of it, two lines of 80 columns: more is folded away among other tools.
      return toDenial(`${QUOTA_WORDS}${state}. Do not retry: end the turn, name what is left.`);
    case "stop":
      // Only for the user's eyes: context would make the agent go on, and blocking even more so.
      return decision.kind === "over" ? { systemMessage: `${QUOTA_WORDS}${state}.` } : {};
  }
}

function toHandoverWords(noteName: string | undefined): string {
  return noteName === undefined ? "hand over what is pending" : `note what is pending in ${noteName}, in this folder`;
}

function toContext(additionalContext: string): HookOutput {
  return { hookSpecificOutput: { hookEventName: "UserPromptSubmit", additionalContext } };
}

function toDenial(permissionDecisionReason: string): HookOutput {
  return { hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "deny", permissionDecisionReason } };
}

const windowNames: Readonly<Record<string, string>> = {
  five_hour: "the 5-hour window",
  seven_day: "the weekly window",
};

/** "83 % of the 5-hour window, resets 14:20" */
function formatLevel({ window, utilization, resets_at }: WindowLevel, nowMs: number): string {
  const reset = resets_at === null ? "reset time unknown" : `resets ${formatLocalClock(Date.parse(resets_at), nowMs)}`;
  return `${formatPercent(utilization)} % of ${toWindowWords(window)}, ${reset}`;
}

export function toWindowWords(window: string): string {
  return (Object.hasOwn(windowNames, window) && windowNames[window]) || `the window ${toWindowName(window)}`;
}

/** For the user's eyes, and for the agent, who is to leave it to the user. */
export function formatSessionStart(words: string | undefined): HookOutput {
  if (words === undefined) return {};
  const additionalContext = `${words}\nDo not start on it unless the user asks for it.`;
  return { systemMessage: words, hookSpecificOutput: { hookEventName: "SessionStart", additionalContext } };
}
