// Asks the API for the usage of a login with its own token: only for who switched it on. Says who asks, and renews nothing.
import { jsonObjectSchema, parseJson } from "../../../shared/json.ts";
import type { Token } from "./read-token.ts";

export type OAuthAnswer =
  | { kind: "body"; body: unknown }
  /** Asked too often, or not for us; not before `holdMs` from now. */
  | { kind: "refused"; holdMs: number }
  | { kind: "no-answer" };

export type AskOAuthOptions = { token: Token; version: string; signal: AbortSignal; fetch?: typeof fetch };

const URL_TEXT = "https://api.anthropic.com/api/oauth/usage";
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;

export async function askOAuth({ token, version, signal, fetch: ask = fetch }: AskOAuthOptions): Promise<OAuthAnswer> {
  try {
    const response = await ask(URL_TEXT, {
      headers: {
        authorization: `Bearer ${token.text}`,
        "anthropic-beta": "oauth-2025-04-20",
        "content-type": "application/json",
        "user-agent": `claude-meter/${version}`,
      },
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    return toAnswer(response.status, response.headers.get("retry-after"), await readBody(response));
  } catch {
    // No network, or not in time.
    return { kind: "no-answer" };
  }
}

const SHORT_HOLD_MS = 300_000;
const LONG_HOLD_MS = 3_600_000;

/** As Claude Code itself holds back from this endpoint (2.1.332). */
export function toAnswer(status: number, retryAfter: string | null, body: unknown): OAuthAnswer {
  const error = jsonObjectSchema.safeParse(jsonObjectSchema.safeParse(body).data?.["error"]).data;
  const isForbidden = status === 403 && error?.["type"] !== undefined;
  if (status === 401 || isForbidden) return { kind: "refused", holdMs: LONG_HOLD_MS };
  const named = Number(retryAfter ?? 0) * 1000;
  const holdMs = named > 0 ? Math.min(named, LONG_HOLD_MS) : SHORT_HOLD_MS;
  // An error may come with 200 as well.
  if (status === 429 || status === 403 || (status === 200 && error)) return { kind: "refused", holdMs };
  return status === 200 ? { kind: "body", body } : { kind: "no-answer" };
}

async function readBody(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new Error("the answer is too large");
    chunks.push(chunk);
  }
  try {
    return parseJson(Buffer.concat(chunks).toString("utf8"));
  } catch {
    // A page of something in between.
    return undefined;
  }
}
