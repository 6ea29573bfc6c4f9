// Whether a request is a turn of a conversation that can be held: it streams, and is neither a title nor a probe. Pure.
import { readHeader } from "./decide-refusal.ts";
import type { TopLevelReader } from "./top-level-reader.ts";

/** As Claude Code 2.1.332 names its requests; `auxiliary` is a title, `side_reply` an aside that nobody waits for. */
const TURNS: readonly string[] = ["main", "subagent", "workflow", "compaction"];

export function isTurn(rawHeaders: readonly string[], body: Pick<TopLevelReader, "has" | "read">): boolean {
  if (body.read("stream") !== "true") return false;
  const [kind] = readHeader(rawHeaders, "x-claude-code-request-class");
  // Who does not say what it is: only a turn has tools.
  return kind === undefined ? body.has("tools") && !isEmptyList(body.read("tools")) : TURNS.includes(kind);
}

function isEmptyList(text: string | undefined): boolean {
  return text !== undefined && /^\[\s*\]$/.test(text);
}
