// What stopped a run: a usage limit, as far as the command's output told, and the rules that follow from its class.

/**
 * plan: a window of the plan is full. model: one model's window is. credits: the money beyond the plan is used up or
 * switched off. billing: an API key without credit. gateway: a spend limit of a proxy between the agent and Claude.
 */
export type LimitClass = "plan" | "model" | "credits" | "billing" | "gateway";

export type Limit = {
  class: LimitClass;
  /** As `rate_limit_event` names it (`five_hour`, `seven_day`, …); null when only words told, and not which. */
  window: string | null;
  /** Fits between "Claude" and "limit reached": "weekly", "5-hour", "Opus". */
  name: string;
  resetsAtMs: number | null;
  /** The words after "resets", still to be read against the clock of `seenAtMs`; null when there are none. */
  resetText: string | null;
  /** The message itself; null when an event told. */
  text: string | null;
  seenAtMs: number;
};

/** A 429 or 5xx that is not the plan limit: the server has too much to do, and the agent's own exit code says enough. */
export type Trouble = "throttle" | "server";

const windowNames = new Map([
  ["five_hour", "5-hour"],
  ["seven_day", "weekly"],
  ["seven_day_opus", "weekly Opus"],
  ["seven_day_sonnet", "weekly Sonnet"],
  ["seven_day_overage_included", "weekly Fable"],
  ["overage", "extra usage"],
]);

export function toLimitName(window: string): string {
  return windowNames.get(window) ?? window.replaceAll("_", " ");
}

/** Whether no waiting mends it: money must be added, or an admin must allow it. A reset that was named mends it. */
export function isForPerson(limit: Limit): boolean {
  const isMoney = limit.class === "credits" || limit.class === "billing";
  return isMoney && limit.resetsAtMs === null && limit.resetText === null;
}

/**
 * One limit tells of itself several times, as event, message and result in any order: each fills what the others left
 * open. One that names another window is another limit.
 */
export function mergeLimit(known: Limit | undefined, next: Limit): Limit {
  if (!known) return next;
  if (known.window !== null && next.window !== null && known.window !== next.window) return next;
  const named = next.window === null && known.window !== null ? known : next;
  return {
    ...named,
    resetsAtMs: next.resetsAtMs ?? known.resetsAtMs,
    resetText: next.resetText ?? known.resetText,
    text: next.text ?? known.text,
    // The words are read against the clock at which they were said.
    seenAtMs: next.resetText === null ? known.seenAtMs : next.seenAtMs,
  };
}
