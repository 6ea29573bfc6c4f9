// Which account Claude Code in this pane is signed in to: `oauthAccount` of its settings. Read leniently, on the hot path.
import { readFileSync } from "node:fs";
import { toHomeFolder } from "../../state/home-folder.ts";

export type Login = {
  account_uuid: string | undefined;
  org_uuid: string | undefined;
  email: string | undefined;
};

/** Claude Code rewrites the file in place, so a reader may meet half of it. */
const ATTEMPTS = 3;
const ATTEMPT_PAUSE_MS = 20;

/** Undefined when nobody is signed in here, or the file can not be read. */
export function readLogin(folder: string = process.env["CLAUDE_CONFIG_DIR"] || toHomeFolder()): Login | undefined {
  const path = `${folder}/.claude.json`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return toLogin(parseAccount(readFileSync(path, "utf8")));
    } catch (error) {
      // Missing or closed to us: then this pane's login is not known.
      if (!(error instanceof SyntaxError) || attempt === ATTEMPTS) return undefined;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ATTEMPT_PAUSE_MS);
    }
  }
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
  const whole: unknown = JSON.parse(text);
  return isFields(whole) ? whole["oauthAccount"] : undefined;
}

function toLogin(account: unknown): Login | undefined {
  if (!isFields(account)) return undefined;
  const login = {
    account_uuid: toText(account["accountUuid"]),
    org_uuid: toText(account["organizationUuid"]),
    email: toText(account["emailAddress"]),
  };
  return login.account_uuid || login.org_uuid || login.email ? login : undefined;
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.toLowerCase() : undefined;
}
