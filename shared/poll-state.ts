// How the last look at claude.ai went, and the words a user gets for each way.
import * as z from "zod/mini";

export const pollStateSchema = z.enum([
  "ok",
  "signed-out",
  "challenge",
  "rate-limited",
  "no-access",
  "offline",
  "server-error",
  "changed",
]);
export type PollState = z.infer<typeof pollStateSchema>;

/** One sentence each: what is wrong and what to do. */
export const pollStateWords = {
  ok: "claude.ai answers.",
  "signed-out": "You are signed out of claude.ai in this browser: sign in there and the meter goes on by itself.",
  challenge: "claude.ai wants to see a human: open claude.ai in a tab, pass the check, then press Refresh.",
  "rate-limited": "claude.ai asked for fewer requests: nothing to do, the meter tries again by itself.",
  "no-access": "The extension may not read claude.ai: allow site access for claude.ai, then press Refresh.",
  offline: "claude.ai could not be reached: check the network, the meter tries again each minute.",
  "server-error": "claude.ai answered with a server error: nothing to do, the meter tries again by itself.",
  changed: "claude.ai answered in a form this version does not know: look for an update of claude-meter.",
} as const satisfies Record<PollState, string>;
