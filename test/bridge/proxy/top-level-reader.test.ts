// A few values of a request's outermost object, read while its bytes pass.
import { describe, expect, test } from "vitest";
import { createTopLevelReader } from "../../../bridge/proxy/top-level-reader.ts";
import { createRandom } from "../../chaos/random.ts";

function read(text: string, size = text.length): (string | undefined)[] {
  const reader = createTopLevelReader(["model", "metadata"]);
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += Math.max(1, size)) {
    reader.push(bytes.subarray(from, from + Math.max(1, size)));
  }
  return [reader.read("model"), reader.read("metadata")];
}

type Case = readonly [name: string, text: string, model?: string, metadata?: string];
const cases: readonly Case[] = [
  ["both", '{"model":"m","metadata":{"user_id":"u"}}', '"m"', '{"user_id":"u"}'],
  ["blanks", ' {\n "model" : "m" ,\n "metadata" : { "user_id" : "u" }\n}\n', '"m"', '{ "user_id" : "u" }'],
  ["neither", '{"stream":true,"max_tokens":1}'],
  ["deeper ones are another's", '{"messages":[{"model":"x","metadata":{"user_id":"evil"}}],"model":"m"}', '"m"'],
  ["a tool's input", '{"a":{"input":{"metadata":{"user_id":"evil"}}},"b":[[{"model":"x"}]]}'],
  ["a text that looks like it", '{"a":"\\",\\"model\\":\\"x\\",\\"","model":"m"}', '"m"'],
  ["escapes at the end of a text", '{"a":"\\\\","model":"m\\"\\\\"}', '"m\\"\\\\"'],
  ["braces and commas within texts", '{"a":"}],{[","model":"a,b:}"}', '"a,b:}"'],
  ["a key in escapes", '{"mod\\u0065l":"m"}', '"m"'],
  ["the last of two counts", '{"model":"a","model":"b"}', '"b"'],
  ["the last of two counts, also when it is too long", `{"model":"a","model":"${"b".repeat(3_000)}"}`],
  ["a value that is too long", `{"metadata":"${"x".repeat(3_000)}","model":"m"}`, '"m"'],
  ["a key that is too long", `{"${"k".repeat(500)}":1,"model":"m"}`, '"m"'],
  ["a list outermost", '[{"model":"x"},"model","m"]'],
  ["an empty object", "{}"],
  ["half a request", '{"model":"m","metadata":{"user', '"m"'],
  ["not JSON", "model=m&metadata=u"],
  ["nothing", ""],
];

describe("whatever the chunks", () => {
  test.for(cases)("%s", ([, text, model, metadata]) => {
    for (const size of [1, 2, 3, 7, 64, text.length]) expect(read(text, size)).toEqual([model, metadata]);
  });
});

test("what it reads of random objects is what JSON.parse reads", () => {
  const random = createRandom("objects");
  const toValue = (depth: number): unknown =>
    random.pick([
      () => random.int(-5, 5),
      () => null,
      () => 'te"x\\t, {[:]}',
      () => "ünïcode \u2028",
      () => (depth > 3 ? 1 : [toValue(depth + 1), toValue(depth + 1)]),
      () => (depth > 3 ? 1 : { model: toValue(depth + 1), metadata: toValue(depth + 1), other: toValue(depth + 1) }),
    ])();
  for (let run = 0; run < 500; run += 1) {
    const object = { a: toValue(0), model: toValue(0), b: toValue(0), metadata: toValue(0), c: toValue(0) };
    const text = JSON.stringify(object, null, random.pick([0, 2]));
    const [model = "", metadata = ""] = read(text, random.int(1, 50));
    expect([JSON.parse(model), JSON.parse(metadata)]).toEqual([object.model, object.metadata]);
  }
});
