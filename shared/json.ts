// JSON from outside: parsed with a depth limit and without keys that could reach a prototype.
import * as z from "zod/mini";

export const jsonObjectSchema = z.looseObject({});
export type JsonObject = z.infer<typeof jsonObjectSchema>;

/** Deep nesting parses, but stringify throws RangeError on it later; real bodies are six levels deep. */
export const MAX_DEPTH = 24;
/** Of a text of ours that holds a server's body: a post four levels down, status.json three. */
export const MAX_WRAPPED_DEPTH = MAX_DEPTH + 8;

/** Throws SyntaxError on text that is not JSON or is nested too deeply. */
export function parseJson(text: string, maxDepth: number = MAX_DEPTH): unknown {
  try {
    const value: unknown = JSON.parse(text, (key: string, inner: unknown) => (key === "__proto__" ? undefined : inner));
    if (!isDeeperThan(value, maxDepth)) return value;
  } catch (error) {
    // The parser's own stack, when the text is nested thousands of levels deep.
    if (!(error instanceof RangeError)) throw error;
  }
  throw new SyntaxError("JSON is nested too deeply");
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
