// JSON from outside: parsed with a depth limit and without keys that could reach a prototype.
import * as z from "zod/mini";

export const jsonObjectSchema = z.record(z.string(), z.unknown());
export type JsonObject = z.infer<typeof jsonObjectSchema>;

/** Deep nesting parses, but stringify throws RangeError on it later; real bodies are six levels deep. */
const MAX_DEPTH = 24;

/** Throws SyntaxError on text that is not JSON or is nested too deeply. */
export function parseJson(text: string): unknown {
  // Without a reviver: V8 would call it recursively, and 5,000 brackets would overflow the stack.
  const value: unknown = JSON.parse(text);
  dropPrototypeKeys(value, MAX_DEPTH);
  return value;
}

function dropPrototypeKeys(value: unknown, levels: number): void {
  if (typeof value !== "object" || value === null) return;
  if (levels === 0) throw new SyntaxError("JSON is nested too deeply");
  if (Object.hasOwn(value, "__proto__")) Reflect.deleteProperty(value, "__proto__");
  for (const inner of Object.values(value)) dropPrototypeKeys(inner, levels - 1);
}
