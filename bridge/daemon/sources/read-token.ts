// The access token of a login of Claude Code, read and never renewed: its refresh token works once, and belongs to the client.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { readOptional, toFields } from "../../state/read-login.ts";
import { toFolders, toLoginEnvironment } from "../../state/read-pane.ts";

export type Token = { text: string; hash: string };

export type ReadTokenOptions = { configDir: string | null; nowMs: number; mayAskKeychain: boolean };

const RUNS_OUT_MS = 60_000;
/** Its user may have to allow it. */
const KEYCHAIN_MS = 60_000;

/** Undefined when there is none, or one that is expired, or about to be: asking with it costs the others their turn. */
export async function readToken({ configDir, nowMs, mayAskKeychain }: ReadTokenOptions): Promise<Token | undefined> {
  const { settings } = toFolders(toLoginEnvironment(configDir));
  const text =
    readOptional(join(settings, ".credentials.json")) ??
    (mayAskKeychain && process.platform === "darwin" ? await readKeychain(configDir) : undefined);
  return text === undefined ? undefined : parseToken(text, nowMs);
}

export function parseToken(text: string, nowMs: number): Token | undefined {
  const { accessToken, expiresAt } = toFields(toFields(parse(text))["claudeAiOauth"]);
  if (typeof accessToken !== "string" || !/^[\x21-\x7e]{20,4096}$/.test(accessToken)) return undefined;
  if (typeof expiresAt !== "number" || expiresAt - nowMs < RUNS_OUT_MS) return undefined;
  return { text: accessToken, hash: toHash(accessToken).slice(0, 16) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Half a file: Claude Code rewrites it.
    return undefined;
  }
}

function toHash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Claude Code keeps one entry for each folder that its user names. */
async function readKeychain(configDir: string | null): Promise<string | undefined> {
  const suffix = configDir === null ? "" : `-${toHash(configDir).slice(0, 8)}`;
  const query = ["find-generic-password", "-s", `Claude Code-credentials${suffix}`, "-w"];
  try {
    return (await promisify(execFile)("/usr/bin/security", query, { timeout: KEYCHAIN_MS })).stdout;
  } catch {
    // Not there, or its user said no.
    return undefined;
  }
}
