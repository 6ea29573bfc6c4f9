// A new field is optional on every wire and in every file: no schema asks for a key that 0.1.0 did not write.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { FIXTURES } from "./harness/frozen.ts";
import { readOwnSchemas } from "./harness/own-schemas.ts";
import { toRequiredKeys } from "./harness/required-keys.ts";

const frozenSchema = z.record(z.string(), z.record(z.string(), z.array(z.string())));
const frozen = frozenSchema.parse(JSON.parse(readFileSync(join(FIXTURES, "0.1.0.required-keys.json"), "utf8")));
const own = await readOwnSchemas();

describe("no schema requires a key that 0.1.0 did not write", () => {
  test.each(Object.keys(frozen))("%s", (name) => {
    expect(own.has(name), `${name} is gone: rename it in test/fixtures/0.1.0.required-keys.json as well`).toBe(true);
    const now = toRequiredKeys(own.get(name));
    // An object that 0.1.0 did not know may require what it likes: whoever writes it writes all of it.
    const added = Object.entries(frozen[name] ?? {}).flatMap(([path, keys]) =>
      (now[path] ?? []).filter((key) => !keys.includes(key)).map((key) => (path === "" ? key : `${path}.${key}`)),
    );
    expect(added, "what 0.1.0 wrote has no such key: make it optional (docs/versions.md)").toEqual([]);
  });
});

describe("the walk finds every object of a schema", () => {
  const inner = z.object({ a: z.string(), b: z.optional(z.string()) });
  test.each([
    ["itself", inner, { "": ["a"] }],
    ["in a list", z.object({ c: z.array(inner) }), { "": ["c"], "c[]": ["a"] }],
    ["that may be null", z.object({ c: z.nullable(inner) }), { "": ["c"], c: ["a"] }],
    ["that may be missing", z.object({ c: z.optional(inner) }), { "": [], c: ["a"] }],
    ["that is replaced when it is bad", z.object({ c: z.catch(inner, { a: "" }) }), { "": [], c: ["a"] }],
    ["with a default", z.object({ c: z._default(z.array(inner), []) }), { "": [], "c[]": ["a"] }],
    ["under any key", z.record(z.string(), inner), { "{}": ["a"] }],
    ["under any further key", z.catchall(z.object({ c: z.string() }), inner), { "": ["c"], "{}": ["a"] }],
    ["of several", z.union([inner, z.object({ d: z.int() })]), { "|0": ["a"], "|1": ["d"] }],
    ["in a tuple", z.tuple([z.int(), inner]), { "|1": ["a"] }],
    ["that was extended", z.extend(inner, { e: z.null() }), { "": ["a", "e"] }],
  ])("%s", (_name, schema, keys) => {
    expect(toRequiredKeys(schema)).toEqual(keys);
  });
});
