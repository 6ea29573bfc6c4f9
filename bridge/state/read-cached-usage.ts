// Whether the usage that Claude Code keeps in its settings is that of the account that its settings say is signed in.
import { readOptional, toFields } from "./read-login.ts";
import { toLoginFiles } from "./read-pane.ts";

/** Undefined when either is not there. */
export function readCachedUsage(): "own" | "other" | undefined {
  const text = toLoginFiles()
    .map(readOptional)
    .find((each) => each !== undefined);
  if (text === undefined) return undefined;
  try {
    const settings = toFields(JSON.parse(text));
    const signedIn = toFields(settings["oauthAccount"])["accountUuid"];
    const cached = toFields(settings["cachedUsageUtilization"])["accountUuid"];
    if (typeof signedIn !== "string" || typeof cached !== "string") return undefined;
    return signedIn.toLowerCase() === cached.toLowerCase() ? "own" : "other";
  } catch {
    // The pane's own check says that it cannot be read.
    return undefined;
  }
}
