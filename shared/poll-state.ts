// How the last poll of claude.ai went, and the words a user gets for each way.
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
  ok: "claude.ai is responding.",
  "signed-out": "This browser is signed out of claude.ai. Sign in and the meter resumes automatically.",
  challenge:
    "claude.ai is asking for a human check (CAPTCHA). Open claude.ai in a tab, complete the check, then press Refresh.",
  "rate-limited": "claude.ai is rate limiting requests. The meter will retry automatically.",
  "no-access": "The extension has no access to claude.ai. Allow site access for claude.ai, then press Refresh.",
  offline: "claude.ai cannot be reached. Check the network; the meter will retry automatically.",
  "server-error": "claude.ai returned a server error. The meter will retry automatically.",
  changed: "claude.ai sent a response this version does not understand. Check for a claude-meter update.",
} as const satisfies Record<PollState, string>;
