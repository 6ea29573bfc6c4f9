// Members put into a JSON text and taken out of it, with every other byte as it was.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addMember, removeMember, replaceValue } from "../../../../bridge/cli/setup/edit-json.ts";
import { findMember, parseJsonTree } from "../../../../bridge/cli/setup/json-tree.ts";

function add(text: string, key: string, value: unknown): string {
  return addMember(text, parseJsonTree(text), key, value);
}

function remove(text: string, key: string): string {
  const root = parseJsonTree(text);
  const member = findMember(root, key);
  return member ? removeMember(text, root, member) : text;
}

describe("a member is written as those around it:", () => {
  const cases = [
    ["two spaces", '{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "b": [\n    true\n  ]\n}\n'],
    ["four spaces", '{\n    "a": 1\n}', '{\n    "a": 1,\n    "b": [\n        true\n    ]\n}'],
    ["tabs", '{\n\t"a": 1\n}', '{\n\t"a": 1,\n\t"b": [\n\t\ttrue\n\t]\n}'],
    ["CRLF", '{\r\n  "a": 1\r\n}\r\n', '{\r\n  "a": 1,\r\n  "b": [\r\n    true\r\n  ]\r\n}\r\n'],
    ["one line", '{ "a": 1 }', '{ "a": 1, "b": [true] }'],
    ["no white space at all", '{"a":1}', '{"a":1,"b":[true]}'],
    ["no indentation", '{\n"a": 1\n}', '{\n"a": 1,\n"b": [\n  true\n]\n}'],
    ["nothing in it", "{}", '{\n  "b": [\n    true\n  ]\n}'],
    ["nothing but lines in it", "{\n}\n", '{\n  "b": [\n    true\n  ]\n}\n'],
    ["a blank line first", '{\n\n  "a": 1\n}', '{\n\n  "a": 1,\n  "b": [\n    true\n  ]\n}'],
    ["a bracket in a text", '{\n  "a": "}],\\"{"\n}', '{\n  "a": "}],\\"{",\n  "b": [\n    true\n  ]\n}'],
  ] as const;
  test.each(cases)("%s", (_name, before, after) => {
    expect(add(before, "b", [true])).toBe(after);
  });
});

describe("a member goes with its comma:", () => {
  const cases = [
    ["the first", '{ "a": 1, "b": 2, "c": 3 }', "a", '{ "b": 2, "c": 3 }'],
    ["one between", '{ "a": 1, "b": 2, "c": 3 }', "b", '{ "a": 1, "c": 3 }'],
    ["the last", '{ "a": 1, "b": 2, "c": 3 }', "c", '{ "a": 1, "b": 2 }'],
    ["the only one", '{\n  "a": 1\n}\n', "a", "{}\n"],
    ["one of two with one name, the one that counts", '{"a":1,"a":2}', "a", '{"a":1}'],
  ] as const;
  test.each(cases)("%s", (_name, before, key, after) => {
    expect(remove(before, key)).toBe(after);
  });
});

test("numbers, escapes and keys that JavaScript would change stay as they are", () => {
  const text = '{"10":1.0,"2":12345678901234567890,"e":1e2,"u":"\\u00e4\\/","__proto__":{"x":1}}';
  expect(add(text, "b", 1)).toBe(`${text.slice(0, -1)},"b":1}`);
});

test("a value is replaced where it stands", () => {
  const text = '{ "a": { "b": "old" }, "c": "old" }';
  const inner = findMember(parseJsonTree(text), "a")?.node;
  const node = inner && findMember(inner, "b")?.node;
  expect(node && replaceValue(text, node, 'new "one"')).toBe('{ "a": { "b": "new \\"one\\"" }, "c": "old" }');
});

test("text that is not JSON has no tree", () => {
  for (const text of ["", "{", "{// no\n}", '{"a":1,}', "\u{FEFF}{}", "[".repeat(100) + "]".repeat(100)]) {
    expect(() => parseJsonTree(text)).toThrow(SyntaxError);
  }
});

test("whatever the object and its layout, a member can be put in and taken out to the byte", () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1, maxKeys: 6 });
  const layout = fc.record({
    indent: fc.constantFrom("", " ", "  ", "    ", "\t"),
    lineEnd: fc.constantFrom("\n", "\r\n"),
  });
  fc.assert(
    fc.property(object, layout, fc.jsonValue({ maxDepth: 2 }), (value, { indent, lineEnd }, added) => {
      const text = JSON.stringify(value, null, indent).replaceAll("\n", lineEnd);
      const key = "a key of ours";
      const written = add(text, key, added);
      expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify({ ...value, [key]: added })));
      expect(remove(written, key)).toBe(text);
    }),
    { numRuns: 1_000 },
  );
});
