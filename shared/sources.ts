// Where a reading comes from, how far each source is trusted, and what a person calls it. Without a schema: the hot path's.

/** Read by our own code, or by Claude Code's own client, from the server. Any other source was told by a process. */
const DIRECT = ["extension", "claude-code", "proxy", "oauth"];
/** Each of their readings says all there is: a window that it does not name is none any more. */
const WHOLE = ["extension", "claude-code", "oauth"];

const names: ReadonlyMap<string, string> = new Map([
  ["extension", "browser"],
  ["claude-code", "Claude Code"],
  ["proxy", "proxy"],
  ["oauth", "OAuth"],
  ["statusline", "Claude Code's status line"],
  ["stream", "Claude Code's output"],
  ["transcript", "Claude Code's transcript"],
]);

/** In the order in which they are shown. */
export const knownSources: readonly string[] = [...names.keys()];

export function isDirect(source: string): boolean {
  return DIRECT.includes(source);
}

export function isWhole(source: string): boolean {
  return WHOLE.includes(source);
}

/** A source of a later version goes by its id. */
export function toSourceName(source: string): string {
  return names.get(source) ?? source;
}
