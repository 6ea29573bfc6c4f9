// The headers that go on: all of them, in their order, case and number, but those of one connection (RFC 9110, 7.6.1). Pure.
import type { HeaderMap } from "../../shared/api-limit/limit-headers.ts";

/** Transfer-Encoding stays: it tells Node to send in chunks what came in chunks. */
const OF_CONNECTION: readonly string[] = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "upgrade",
];

/** Set by `run --proxy` and `proxy env` for us alone: the request's credential is that of the login it names. */
export const LOGIN_MARK = "x-claude-meter-login";

/** For upstream, whose Host takes the place of ours. `Expect` was answered by us. */
export function toRequestHeaders(rawHeaders: readonly string[], upstreamHost: string): string[] {
  return filter(rawHeaders, ["expect", LOGIN_MARK]).map((text, index, all) =>
    index % 2 === 1 && all[index - 1]?.toLowerCase() === "host" ? upstreamHost : text,
  );
}

export function toResponseHeaders(rawHeaders: readonly string[]): string[] {
  return filter(rawHeaders, []);
}

/** For a stream that goes into one that has begun, and so has to come as it is. */
export function toPlainRequestHeaders(rawHeaders: readonly string[], upstreamHost: string): string[] {
  const others = toPairs(toRequestHeaders(rawHeaders, upstreamHost)).filter(
    ([name]) => !/^accept-encoding$/i.test(name),
  );
  return [...others.flat(), "Accept-Encoding", "identity"];
}

/** By lower-case name; of several equal ones the last. */
export function toHeaderMap(rawHeaders: readonly string[]): HeaderMap {
  return new Map(toPairs(rawHeaders).map(([name, value]) => [name.toLowerCase(), value]));
}

export function toPairs(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""]] : [],
  );
}

function filter(rawHeaders: readonly string[], more: readonly string[]): string[] {
  const pairs = toPairs(rawHeaders);
  const named = pairs
    .filter(([name]) => name.toLowerCase() === "connection")
    .flatMap(([, value]) => value.split(",").map((each) => each.trim().toLowerCase()));
  const dropped = new Set([...OF_CONNECTION, ...more, ...named]);
  return pairs.filter(([name]) => !dropped.has(name.toLowerCase())).flat();
}
