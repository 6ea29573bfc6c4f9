// JSON from outside: parsed with a depth limit and without keys that could reach a prototype.
import * as z from "zod/mini";

export const jsonObjectSchema = z.looseObject({});
export type JsonObject = z.infer<typeof jsonObjectSchema>;

/** Deep nesting parses, but stringify throws RangeError on it later; real bodies are six levels deep. */
const MAX_DEPTH = 24;

/** Throws SyntaxError on text that is not JSON or is nested too deeply. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text, (key: string, inner: unknown) => (key === "__proto__" ? undefined : inner));
    if (!isDeeperThan(value, MAX_DEPTH)) return value;
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
