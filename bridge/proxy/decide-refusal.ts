// Which requests the proxy refuses for their head alone. Whoever reaches it can only spend a credential of its own: this
// keeps web pages out, and every upstream but one. Pure.

/** `rawHeaders` alternates name and value, as they came: a second Host must be seen. */
export type RequestHead = { method: string; target: string; version: string; rawHeaders: readonly string[] };

export type RefusalReason = "bad-host" | "from-a-page" | "bad-method" | "bad-target" | "bad-version" | "too-large";

export const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MAX_TARGET_CHARACTERS = 4_096;

const METHODS: readonly string[] = ["GET", "HEAD", "POST", "DELETE"];
/** The API and the client's own check of the connection; no dot segments, no empty ones, nothing that ends a line. */
const TARGET = /^\/(?:v1|api\/hello)(?:\/(?!\.{1,2}(?:\/|$|\?))[\w.:@%~-]+)*(?:\?[\w.:@%~&=+,/!*'()$;[\]-]*)?$/;
/** An encoded slash, dot or backslash could mean another path to whoever decodes it. */
const HIDDEN = /%(?:2e|2f|5c|00)/i;

/**
 * Only a browser sends these, whatever page made it. Not so `anthropic-dangerous-direct-browser-access`, which is Claude
 * Code's own, and `Sec-Fetch-Mode: cors`, which Node's fetch sends.
 */
const OF_PAGES: readonly string[] = [
  "origin",
  "referer",
  "sec-fetch-site",
  "sec-fetch-dest",
  "access-control-request-method",
  "access-control-request-headers",
  "cookie",
];

export function decideRefusal(head: RequestHead, ownHost: string): RefusalReason | undefined {
  const hosts = readHeader(head.rawHeaders, "host");
  // A name that was rebound to 127.0.0.1 keeps its own Host.
  if (hosts.length !== 1 || hosts[0] !== ownHost) return "bad-host";
  if (OF_PAGES.some((name) => readHeader(head.rawHeaders, name).length > 0)) return "from-a-page";
  if (head.version !== "1.1") return "bad-version";
  if (!METHODS.includes(head.method)) return "bad-method";
  const [path = ""] = head.target.split("?");
  if (head.target.length > MAX_TARGET_CHARACTERS || !TARGET.test(head.target) || HIDDEN.test(path)) return "bad-target";
  const length = Number(readHeader(head.rawHeaders, "content-length")[0] ?? 0);
  return length <= MAX_BODY_BYTES ? undefined : "too-large";
}

export function readHeader(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const value = rawHeaders[index + 1];
    if (rawHeaders[index]?.toLowerCase() === name && value !== undefined) values.push(value);
  }
  return values;
}
