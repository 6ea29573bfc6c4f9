// Sends one notice to one target, and says what its answer means: taken, to be tried again, or never to be.
import type { Target } from "./targets.ts";

export type NoticeWords = { title: string; message: string; isUrgent: boolean };

export type Sent =
  | { kind: "taken" }
  /** Nobody there, too busy, or a fault of theirs; `afterMs` as they asked for it. */
  | { kind: "again"; reason: string; afterMs?: number }
  /** They do not want it, and will not later. */
  | { kind: "refused"; reason: string };

const TIMEOUT_MS = 10_000;
const MAX_AFTER_MS = 3_600_000;

/** Never throws. Follows no redirect: the address is a secret of one host. */
export async function sendNotice(
  target: Pick<Target, "kind" | "url">,
  words: NoticeWords,
  signal?: AbortSignal,
): Promise<Sent> {
  const { url, authorization } = splitCredentials(target.url);
  const request = target.kind === "ntfy" ? toNtfy(words) : toWebhook(words);
  try {
    const response = await fetch(url, {
      method: "POST",
      body: request.body,
      headers: { ...request.headers, ...(authorization && { authorization }) },
      redirect: "manual",
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
    });
    await response.body?.cancel();
    return toSent(response.status, response.headers.get("retry-after"));
  } catch (error) {
    return { kind: "again", reason: toReason(error) };
  }
}

export function toSent(status: number, retryAfter: string | null): Sent {
  const reason = `HTTP ${status}`;
  if (status >= 200 && status < 300) return { kind: "taken" };
  if (status !== 408 && status !== 429 && status < 500) return { kind: "refused", reason };
  const seconds = Number(retryAfter ?? Number.NaN);
  return seconds > 0
    ? { kind: "again", reason, afterMs: Math.min(seconds * 1000, MAX_AFTER_MS) }
    : { kind: "again", reason };
}

/** https://docs.ntfy.sh/publish/ */
function toNtfy({ title, message, isUrgent }: NoticeWords) {
  const headers = {
    title: toHeaderText(title),
    priority: isUrgent ? "high" : "default",
    tags: isUrgent ? "warning" : "bell",
  };
  return { body: message, headers };
}

/** https://api.slack.com/messaging/webhooks */
function toWebhook({ title, message }: NoticeWords) {
  return { body: JSON.stringify({ text: `${title}\n${message}` }), headers: { "content-type": "application/json" } };
}

/** A header is ASCII; ntfy decodes RFC 2047. */
function toHeaderText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
}

/** `fetch` refuses an address that holds a user and a password. */
function splitCredentials(text: string): { url: URL; authorization: string | undefined } {
  const url = new URL(text);
  const { username, password } = url;
  url.username = "";
  url.password = "";
  if (username === "" && password === "") return { url, authorization: undefined };
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url, authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** The code alone: a message may quote the address. */
function toReason(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  if (error.name === "TimeoutError") return "no answer within 10 s";
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.name;
}
