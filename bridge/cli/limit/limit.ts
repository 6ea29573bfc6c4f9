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
  /** The server or its words name a person: then no reset that rides along is waited for. */
  needsPerson: boolean;
  seenAtMs: number;
};

/**
 * What ends a command and is no limit of the plan, so that its own exit code says enough. throttle: the server said that
 * it is not the usage limit, or named requests or tokens a minute. refused: a 429 that says no more. overload: 529.
 */
export type Trouble = "throttle" | "refused" | "overload" | "server";

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

/** Whether waiting does not help: money must be added, or an admin must allow it. */
export function isForPerson({ class: limitClass, needsPerson, resetsAtMs, resetText }: Limit): boolean {
  const isMoney = limitClass === "credits" || limitClass === "billing";
  return needsPerson || (isMoney && resetsAtMs === null && resetText === null);
}

/**
 * One limit tells of itself several times, as event, message and result in any order. Typed moments stand before words;
 * of two full windows the one that is free last counts, since nothing goes before it.
 */
export function mergeLimit(known: Limit | undefined, next: Limit): Limit {
  if (!known) return next;
  const first = isBefore(known, next) ? next : known;
  const second = first === known ? next : known;
  const isSame = first.window === null || second.window === null || first.window === second.window;
  return {
    ...first,
    ...(first.window === null && second.window !== null
      ? { window: second.window, name: second.name, class: second.class }
      : {}),
    resetsAtMs: first.resetsAtMs ?? (isSame ? second.resetsAtMs : null),
    resetText: first.resetText ?? (isSame ? second.resetText : null),
    text: first.text ?? second.text,
    // The words are read against the clock at which they were said.
    seenAtMs: first.resetText === null && second.resetText !== null ? second.seenAtMs : first.seenAtMs,
    needsPerson: first.needsPerson || second.needsPerson,
  };
}

function isBefore(known: Limit, next: Limit): boolean {
  if (known.resetsAtMs !== null && next.resetsAtMs !== null) return next.resetsAtMs > known.resetsAtMs;
  return (
    next.resetsAtMs !== null || (known.resetsAtMs === null && next.window !== null && next.window !== known.window)
  );
}
