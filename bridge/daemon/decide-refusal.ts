// Which requests are refused for their head alone, before anything is read or computed; cheap checks first. Pure.
// On the port this is a filter: it stops web pages. What authenticates is the signature (authenticate.ts).
import { EXTENSION_ID } from "../../shared/protocol.ts";
import type { RefusalCode } from "./refusal.ts";

/** `rawHeaders` alternates name and value, as they came: a second Host must be seen. */
export type RequestHead = { method: string; target: string; rawHeaders: readonly string[] };

export const EXTENSION_ORIGIN = `chrome-extension://${EXTENSION_ID}`;
/** Firefox gives each extension of each profile a random one, so this tells ours from pages and not from other extensions. */
const FIREFOX_ORIGIN = /^moz-extension:\/\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_TARGET_CHARACTERS = 256;

/** Undefined when the head is in order. */
export function decideTcpRefusal(
  head: RequestHead,
  ownHost: string,
  mode: "cors" | "websocket" = "cors",
): RefusalCode | undefined {
  // A name that was rebound to 127.0.0.1 keeps its own Host.
  if (!isExactly(readHeader(head, "host"), ownHost)) return "bad-host";
  if (!head.target.startsWith("/") || head.target.length > MAX_TARGET_CHARACTERS) return "bad-target";
  // Our worker sends no Origin on GET and its own on POST; `null` is a sandboxed or redirected page.
  const origins = readHeader(head, "origin");
  if (origins.length > 0 && !isExactly(origins, EXTENSION_ORIGIN) && !isFirefox(origins)) return "bad-origin";
  // A browser sends it with every WebSocket.
  if ((head.method === "POST" || mode === "websocket") && origins.length === 0) return "bad-origin";
  if (readHeader(head, "referer").length > 0) return "bad-origin";
  // Pages cannot set Sec-Fetch-*; a form or an image says `cross-site` and `navigate` or `no-cors`. Chromium calls our
  // worker's requests `none`; to Firefox a host that an extension may read is `same-origin`, and no page has our Host.
  const sites = readHeader(head, "sec-fetch-site");
  const mayBeFirefox = !isExactly(origins, EXTENSION_ORIGIN);
  if (!isAbsentOr(sites, "none") && !(mayBeFirefox && isExactly(sites, "same-origin"))) return "bad-site";
  if (!isAbsentOr(readHeader(head, "sec-fetch-mode"), mode)) return "bad-site";
  if (head.method === "POST" && !isJson(readHeader(head, "content-type"))) return "not-json";
  return undefined;
}

/** A browser has no valid Host for the socket, and no way to reach it; the check costs nothing. */
export const SOCKET_HOST = "claude-meter.sock";

export function decideSocketRefusal(head: RequestHead): RefusalCode | undefined {
  if (!isExactly(readHeader(head, "host"), SOCKET_HOST)) return "bad-host";
  if (!head.target.startsWith("/") || head.target.length > MAX_TARGET_CHARACTERS) return "bad-target";
  const fromBrowser = ["origin", "referer", "sec-fetch-site"].some((name) => readHeader(head, name).length > 0);
  if (fromBrowser) return "bad-origin";
  if (head.method === "POST" && !isJson(readHeader(head, "content-type"))) return "not-json";
  return undefined;
}

export function readHeader(head: RequestHead, name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < head.rawHeaders.length; index += 2) {
    const value = head.rawHeaders[index + 1];
    if (head.rawHeaders[index]?.toLowerCase() === name && value !== undefined) values.push(value);
  }
  return values;
}

function isExactly(values: readonly string[], wanted: string): boolean {
  return values.length === 1 && values[0] === wanted;
}

function isAbsentOr(values: readonly string[], wanted: string): boolean {
  return values.length === 0 || isExactly(values, wanted);
}

function isFirefox(origins: readonly string[]): boolean {
  return origins.length === 1 && FIREFOX_ORIGIN.test(origins[0] ?? "");
}

function isJson(values: readonly string[]): boolean {
  return isExactly(values, "application/json") || isExactly(values, "application/json; charset=utf-8");
}
