// Walks a schema of ours to its objects: which keys does each of them ask for?
import * as z from "zod/mini";

/** By the path of an object, `rows[].windows[].dollars`; the root is the empty path. */
export type RequiredKeys = Record<string, string[]>;

export function toRequiredKeys(schema: unknown, path = "", found: RequiredKeys = {}): RequiredKeys {
  if (schema instanceof z.core.$ZodObject) {
    const entries = Object.entries(schema._zod.def.shape);
    found[path] = entries.filter(([, value]) => isRequired(value)).map(([key]) => key);
    for (const [key, value] of entries) toRequiredKeys(value, path === "" ? key : `${path}.${key}`, found);
    toRequiredKeys(schema._zod.def.catchall, `${path}{}`, found);
    return found;
  }
  if (!(schema instanceof z.core.$ZodType)) return found;
  for (const [part, inner] of Object.entries(schema._zod.def)) {
    // An array's element, what stands inside optional, nullable, catch and default, a record's values, a union's options.
    const mark = part === "element" ? "[]" : part === "valueType" ? "{}" : "";
    const many: unknown[] = Array.isArray(inner) ? inner : [inner];
    many.forEach((each, index) => {
      toRequiredKeys(each, `${path}${mark}${many.length > 1 ? `|${index}` : ""}`, found);
    });
  }
  return found;
}

/** Told by trying, for an object: a key that has a default or takes anything at all may be missing as well. */
function isRequired(value: z.core.$ZodType): boolean {
  return !z.object({ key: value }).safeParse({}).success;
}
