// The usage that Claude Code keeps in its settings beside the login: no request, and as old as it says.
import { type Login, readOptional, toFields } from "./read-login.ts";
import { type Environment, toLoginFiles } from "./read-pane.ts";

export type CachedUsage =
  /** Of the account that is signed in. */
  | { kind: "own"; fetchedMs: number; utilization: unknown }
  /** Of an account that was signed in before. */
  | { kind: "other" };

/** As Claude Code writes it, an own line with two spaces is a key of the outermost object. */
const START = '\n  "cachedUsageUtilization": {';
const END = "\n  }";

/** Undefined when there is none, or nobody to compare it with. */
export function readCachedUsage(
  { account_uuid: signedIn }: Pick<Login, "account_uuid">,
  environment: Environment = process.env,
): CachedUsage | undefined {
  const text = toLoginFiles(environment)
    .map(readOptional)
    .find((each) => each !== undefined);
  if (text === undefined || signedIn === undefined) return undefined;
  try {
    const { accountUuid: owner, fetchedAtMs: fetchedMs, utilization } = toFields(parseCached(text));
    if (typeof owner !== "string") return undefined;
    if (owner.toLowerCase() !== signedIn) return { kind: "other" };
    return typeof fetchedMs === "number" && fetchedMs > 0 ? { kind: "own", fetchedMs, utilization } : undefined;
  } catch {
    // Half a file: whoever needs it reads again.
    return undefined;
  }
}

/** The file grows to megabytes, so only this part of it is parsed where that can be told. */
function parseCached(text: string): unknown {
  const start = text.indexOf(START);
  const end = start < 0 ? -1 : text.indexOf(END, start);
  if (end >= 0) return JSON.parse(text.slice(start + START.length - 1, end + END.length));
  return toFields(JSON.parse(text))["cachedUsageUtilization"];
}
