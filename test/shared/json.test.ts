// JSON from outside: what is read, what is refused, and that nothing reaches a prototype.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonObjectSchema, parseJson } from "../../shared/json.ts";

function nest(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels);
}

describe("JSON is read as it is", () => {
  test.each([["null"], ["true"], ["-0.5"], ['"text"'], ["[]"], ["{}"], ['{"a":[1,{"b":null}],"":2}'], [" [1] \n"]])(
    "%s",
    (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
    },
  );

  test("whatever can be written as JSON reads back the same", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        if (!text.includes("__proto__")) expect(JSON.stringify(parseJson(text))).toBe(text);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe("what is no JSON is refused", () => {
  test.each([
    [""],
    ["{"],
    ["[1,]"],
    ["{'a': 1}"],
    ["NaN"],
    ["undefined"],
    ["<!doctype html>"],
    ["{} {}"],
    ["\ufeff{}"],
    ["01"],
  ])("%j", (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});

describe("depth", () => {
  test.each([1, 6, 23, 24])("%i levels are read", (levels) => {
    expect(parseJson(nest(levels))).toBeInstanceOf(Array);
  });

  // 5,000 and more overflow the stack of a naive reader, which throws RangeError instead.
  test.each([25, 100, 1000, 5000, 100_000])("%i levels are refused as JSON that can not be read", (levels) => {
    expect(() => parseJson(nest(levels))).toThrow(SyntaxError);
  });

  test("objects count like lists", () => {
    const toText = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
    expect(parseJson(toText(24))).toBeInstanceOf(Object);
    expect(() => parseJson(toText(25))).toThrow(SyntaxError);
  });

  test("one deep corner among many shallow parts is found", () => {
    expect(() => parseJson(`[1, {"a": []}, ${nest(24)}, 2]`)).toThrow(SyntaxError);
  });

  test("what was read can be written again", () => {
    expect(JSON.stringify(parseJson(nest(24)))).toBe(nest(24));
  });
});

describe("__proto__", () => {
  test.each([
    ['{"__proto__": {"polluted": 1}, "a": 1}', { a: 1 }],
    ['{"a": {"__proto__": {"polluted": 1}, "b": 2}}', { a: { b: 2 } }],
    ['[{"__proto__": null}]', [{}]],
    ['{"\\u005f_proto__": {"polluted": 1}}', {}],
    ['{"__proto__": 1, "__proto__": 2}', {}],
  ])("%s loses the key and nothing else", (text, value) => {
    const parsed = parseJson(text);
    expect(parsed).toEqual(value);
    expect(JSON.stringify(parsed)).toBe(JSON.stringify(value));
    expect({}).not.toHaveProperty("polluted");
  });

  test("as a value it is a text like any other", () => {
    expect(parseJson('["__proto__"]')).toEqual(["__proto__"]);
  });
});

describe("an object", () => {
  test.each([[{}], [{ a: 1 }], [{ "": null }]])("%j is one", (value) => {
    expect(jsonObjectSchema.safeParse(value).success).toBe(true);
  });

  test.each([[null], [[]], ["{}"], [1], [true], [undefined]])("%j is none", (value) => {
    expect(jsonObjectSchema.safeParse(value).success).toBe(false);
  });

  test("is kept as it came, unknown keys and all", () => {
    const value = { a: [1, { b: null }], "weird key ": "x" };
    expect(jsonObjectSchema.parse(value)).toEqual(value);
  });
});
