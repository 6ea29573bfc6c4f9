// Which account Claude Code is signed in to: `oauthAccount` of its settings. Read leniently, on the hot path.
import { hasCode, readTextWithoutWaiting } from "./read-status.ts";

export type Login = {
  account_uuid: string | undefined;
  org_uuid: string | undefined;
  email: string | undefined;
};

/** unreadable: somebody may be signed in here, and nobody can tell who. */
export type LoginReading = { kind: "signed-in"; login: Login } | { kind: "nobody" | "unreadable" };

/** Claude Code rewrites the file in place, so a reader may meet half of it. */
const ATTEMPTS = 3;
const ATTEMPT_PAUSE_MS = 20;

/** Of the first of the files that is there. */
export function readLogin(paths: readonly string[]): LoginReading {
  for (const path of paths) {
    const login = readFile(path);
    if (login) return login;
  }
  return { kind: "nobody" };
}

/** Undefined when there is no such file. */
function readFile(path: string): LoginReading | undefined {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const login = toLogin(parseAccount(readTextWithoutWaiting(path)));
      return login ? { kind: "signed-in", login } : { kind: "nobody" };
    } catch (error) {
      if (isMissing(error)) return undefined;
      if (!(error instanceof SyntaxError) || attempt === ATTEMPTS) return { kind: "unreadable" };
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ATTEMPT_PAUSE_MS);
    }
  }
}

/** Undefined when it is not there, or not for us. */
export function readOptional(path: string): string | undefined {
  try {
    return readTextWithoutWaiting(path);
  } catch {
    // What Claude Code, as the same user, cannot read either.
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR");
}

/**
 * The file grows to megabytes with the history of every project, and parsing it all would cost more than the whole call.
 * As Claude Code writes it, an own line with two spaces is a key of the outermost object: no text holds a line break.
 */
const START = '\n  "oauthAccount": {';
const END = "\n  }";

/** Throws SyntaxError on half a file. */
function parseAccount(text: string): unknown {
  const start = text.indexOf(START);
  const end = start < 0 ? -1 : text.indexOf(END, start);
  if (end >= 0) return JSON.parse(text.slice(start + START.length - 1, end + END.length));
  return toFields(JSON.parse(text))["oauthAccount"];
}

function toLogin(given: unknown): Login | undefined {
  const account = toFields(given);
  const login = {
    account_uuid: toText(account["accountUuid"]),
    org_uuid: toText(account["organizationUuid"]),
    email: toText(account["emailAddress"]),
  };
  return login.account_uuid || login.org_uuid || login.email ? login : undefined;
}

/** Empty for what is no object. */
export function toFields(value: unknown): Record<string, unknown> {
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.toLowerCase() : undefined;
}
