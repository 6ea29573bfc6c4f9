// Bodies that a paired but broken, or a malicious, extension could sign; each with what the bridge must make of it.
import fc from "fast-check";
import * as z from "zod/mini";
import { acknowledgementSchema, MAX_BODY_BYTES } from "../../shared/protocol.ts";
import { toIso } from "../../shared/time.ts";
import { ask, type Credentials } from "../harness/signed-client.ts";
import { createPost, createSnapshot } from "../shared/wire-examples.ts";

/**
 * refused: the post as a whole. kept out: the post is read, its snapshot is not. taken: strange, and allowed, because it
 * is the server's own body or a field that nobody reads.
 */
export type Verdict = "refused" | "kept out" | "taken";
type Made = { name: string; bytes: Uint8Array<ArrayBuffer>; verdict: Verdict };
/** The bytes by call, so that a report of what failed is not full of them. */
export type Hostile = { name: string; verdict: Verdict; toBytes: () => Uint8Array<ArrayBuffer> };

/** No honest post has it, so a row that shows it was believed wrongly. */
export const FORGED_PERCENT = 777;
export const FORGED_ORG = "00000000-0000-4000-8000-00000000dead";
/** Planted in every text: it must not reach the log. */
export const CANARY = "canary@example.com";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

const jsonSchema: z.ZodMiniType<Json> = z.json();

function toJson(value: unknown): Json {
  return jsonSchema.parse(JSON.parse(JSON.stringify(value)));
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** A correct post, but with numbers and an organisation that must never be seen anywhere. */
function createForged(install: string): Json {
  const snapshot = createSnapshot({ org_uuid: FORGED_ORG, account_email: CANARY, org_name: CANARY });
  const windows = snapshot.windows.map((window) => ({ ...window, utilization: FORGED_PERCENT }));
  return toJson(createPost({ install, snapshots: [{ sequence: 1, snapshot: { ...snapshot, windows } }] }));
}

/** The same with an honest organisation and number: for bodies that are taken. */
function createHonest(install: string): Json {
  return toJson(createPost({ install }));
}

function listPaths(value: Json, path: Path = []): Path[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((inner, index) => listPaths(inner, [...path, index]))];
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => listPaths(inner, [...path, key]))];
}

function readAt(value: Json, path: Path): Json | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (typeof value !== "object" || value === null) return undefined;
  const inner = Object.entries(value).find(([key]) => key === String(first))?.[1];
  return inner === undefined ? undefined : readAt(inner, rest);
}

/** The text of the value with the one at `path` replaced by JSON text, which may be no JSON at all. */
function replaceAt(value: Json, path: Path, text: string): string {
  const [first, ...rest] = path;
  if (first === undefined) return text;
  if (Array.isArray(value)) {
    return `[${value.map((inner, index) => (index === first ? replaceAt(inner, rest, text) : JSON.stringify(inner))).join()}]`;
  }
  if (typeof value !== "object" || value === null) return text;
  const fields = Object.entries(value).map(([key, inner]) => {
    return `${JSON.stringify(key)}:${key === first ? replaceAt(inner, rest, text) : JSON.stringify(inner)}`;
  });
  return `{${fields.join()}}`;
}

/** Below the server's own body everything is allowed; in a snapshot a fault costs the snapshot; outside it the post. */
function toVerdict(path: Path): Verdict {
  if (path[0] !== "snapshots" || path.length < 3 || path[2] === "sequence") return "refused";
  return path[3] === "usage" && path.length > 4 ? "taken" : "kept out";
}

function toType(value: Json | undefined): string {
  return value === null ? "null" : Array.isArray(value) ? "list" : typeof value;
}

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const deepObject = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

/** By type: a value takes the place only of one of another type, so that it is wrong there by construction. */
const wrongValues: readonly (readonly [type: string, text: string])[] = [
  ["boolean", "true"],
  ["boolean", "false"],
  ["number", "0"],
  ["number", "-1"],
  ["number", "1e999"],
  ["number", "-1e999"],
  ["number", "1.7976931348623157e308"],
  ["number", "5e-324"],
  ["number", "-0"],
  ["string", '""'],
  ["string", '"NaN"'],
  ["string", '"\\u0000"'],
  ["string", '"\\ud800"'],
  ["string", '"\\u001b]52;c;cHduZWQ=\\u0007"'],
  ["string", '"\\u202e\\u2066"'],
  ["string", '"__proto__"'],
  ["string", '"../../../../etc/passwd"'],
  ["string", '"\'; DROP TABLE rows; --"'],
  ["string", '"#(touch /tmp/pwned)"'],
  ["list", "[]"],
  ["list", "[[]]"],
  ["list", '["__proto__"]'],
  ["object", "{}"],
  ["object", '{"__proto__":{"polluted":1}}'],
  ["object", '{"constructor":{"prototype":{"polluted":1}}}'],
  ["object", '{"toString":1,"valueOf":1,"toJSON":1}'],
  ["object", '{"length":4294967295,"0":1}'],
];

/** Right in type and wrong in value, by the name of the field. */
const wrongFields: Readonly<Record<string, readonly string[]>> = {
  utilization: ["-1", "1001", "1e999", "-1e999"],
  percent: ["-1", "1e999"],
  used: ["1e999"],
  limit: ["1e999", "-1e999"],
  sequence: ["0", "-1", "1.5", "9007199254740993", "1e999"],
  protocol: ["1.5", "1e999", "0", "2", "-1"],
  install: ['"00000000-0000-4000-8000-00000000000"', '"__proto__"', '"00000000-0000-4000-8000-0000000000CC"', '""'],
  org_uuid: ['"00000000-0000-4000-8000-0000000000bb\\u0000"', '"../00000000-0000-4000-8000-0000000000"', '""'],
  account_uuid: ['"\\ud800"', '"user@example.com"', '""'],
  org_name: ['""', JSON.stringify("x".repeat(257)), JSON.stringify("x".repeat(100_000))],
  account_email: ['""', JSON.stringify("x".repeat(257))],
  plan: ['"Max 21x"', '"free"', '""'],
  id: ['""', '"Five Hour"', '"../x"', JSON.stringify("x".repeat(81))],
  label: ['""', JSON.stringify("x".repeat(257))],
  scope: ['"everyone"', '""'],
  severity: ['"Very Bad"', JSON.stringify("x".repeat(41))],
  currency: ['"usd"', '"USDX"', '"$"'],
  browser: ['""', '"Chrome\\u001b[2J"', '"Chr\\u00f6me"', JSON.stringify("x".repeat(33))],
  extension_version: ['"1"', '"1.0.0-beta"', '"99999.0.0"', '""'],
  state: ['"OK"', '""', '"constructor"'],
  fetched_at: ['"2026-13-01T00:00:00.000Z"', '"2026-02-30T00:00:00.000Z"', '"2026-11-20T10:00:00Z"', '"0"', '""'],
  resets_at: ['"2026-11-20T25:00:00.000Z"', '"2026-11-20"', '"+275760-09-13T00:00:00.001Z"', '"NaN"'],
  at: ['"2026-11-20T10:00:00.000+00:00"', '"9999-99-99T99:99:99.999Z"', '""'],
  errors: ['["It broke"]', '["usage: server-error\\u0000"]', '[""]', JSON.stringify(Array(61).fill("usage: offline"))],
  windows: [JSON.stringify(Array(41).fill(toJson(createSnapshot().windows[0])))],
};

const extraKeys = ["constructor", "prototype", "toString", "hasOwnProperty", "polluted", "key", "", "\u0000", "cookie"];

function mutate(install: string): fc.Arbitrary<Made> {
  const forged = createForged(install);
  const honest = createHonest(install);
  const paths = listPaths(forged);
  const make = (name: string, path: Path, text: string): Made => {
    const verdict = toVerdict(path);
    const base = verdict === "taken" ? honest : forged;
    return { name: `${name} at ${path.join(".") || "the top"}`, bytes: encode(replaceAt(base, path, text)), verdict };
  };
  const otherType = fc.constantFrom(...paths).chain((path) => {
    const type = toType(readAt(forged, path));
    // Each snapshot is looked at on its own; of its envelope only the sequence number must be right.
    const fitting = wrongValues.filter(([each]) => each !== type && !(type === "null" && each === "string"));
    return fc.constantFrom(...fitting).map(([, text]) => make(`${text.slice(0, 30)} for a ${type}`, path, text));
  });
  const otherValue = fc
    .constantFrom(...paths.filter((path) => path[3] !== "usage" && Object.hasOwn(wrongFields, String(path.at(-1)))))
    .chain((path) =>
      fc.constantFrom(...(wrongFields[String(path.at(-1))] ?? [])).map((text) => make("a value", path, text)),
    );
  const missing = fc
    .constantFrom(...paths.filter((path) => typeof path.at(-1) === "string" && path[3] !== "usage"))
    .map((path): Made => {
      const parent = readAt(forged, path.slice(0, -1));
      const rest = Object.entries(parent ?? {}).filter(([key]) => key !== path.at(-1));
      const made = make("", path.slice(0, -1), JSON.stringify(Object.fromEntries(rest)));
      return { ...made, name: `without ${path.join(".")}`, verdict: toVerdict(path) };
    });
  const extra = fc
    .tuple(
      fc.constantFrom(...paths.filter((path) => toType(readAt(forged, path)) === "object" && path[3] !== "usage")),
      fc.constantFrom(...extraKeys),
      fc.constantFrom(JSON.stringify(CANARY), "1", "{}", '{"polluted":1}'),
    )
    // What a later version could have added: it is passed over, and leaves no trace.
    .map(([path, key, text]): Made => {
      const fields = JSON.stringify(readAt(honest, path)).slice(1, -1);
      const bytes = encode(replaceAt(honest, path, `{${fields},${JSON.stringify(key)}:${text}}`));
      return { name: `with ${JSON.stringify(key)} in ${path.join(".") || "the post"}`, bytes, verdict: "taken" };
    });
  return fc.oneof(otherType, otherValue, missing, extra);
}

/** Of a key that comes twice the last one counts, here the wrong one. */
function twice(install: string): fc.Arbitrary<Made> {
  const text = JSON.stringify(createForged(install));
  const pairs = [
    ['"protocol":1', '"protocol":"1"', "refused"],
    [`"install":"${install}"`, '"install":"00000000-0000-4000-8000-0000000000ff"', "refused"],
    [`"utilization":${FORGED_PERCENT}`, '"utilization":-1', "kept out"],
    [`"org_uuid":"${FORGED_ORG}"`, '"org_uuid":"x"', "kept out"],
    ['"sequence":1', '"sequence":-1', "refused"],
  ] as const;
  return fc.constantFrom(...pairs).map(([first, second, verdict]) => ({
    name: `${first} and then ${second}`,
    bytes: encode(text.replaceAll(first, `${first},${second}`)),
    verdict,
  }));
}

/** Nested too deeply to be written again, wherever it stands. */
function nest(install: string): fc.Arbitrary<Made> {
  const [forged, honest] = [createForged(install), createHonest(install)];
  const usage: Path = ["snapshots", 0, "snapshot", "usage"];
  return fc
    .record({
      levels: fc.constantFrom(10, 17, 25, 40, 100, 1_000, 5_000, 20_000, 100_000),
      toText: fc.constantFrom(deep, deepObject),
      path: fc.constantFrom<Path[]>(
        [],
        usage,
        [...usage, "five_hour"],
        ["poll"],
        ["snapshots", 0, "snapshot", "windows"],
      ),
    })
    .map(({ levels, toText, path }): Made => {
      const text = toText(levels);
      // A post may be 32 levels deep, of which the path takes up to five.
      const isShallow = levels <= 25;
      const verdict = isShallow && path.length === 5 ? "taken" : isShallow ? toShallowVerdict(path, toText) : "refused";
      const bytes = encode(replaceAt(verdict === "taken" ? honest : forged, path, text));
      return { name: `${levels} levels at ${path.join(".") || "the top"}`, bytes, verdict };
    });
}

function toShallowVerdict(path: Path, toText: (levels: number) => string): Verdict {
  // An object is what the server's body has to be.
  if (path.length === 4 && path[3] === "usage") return toText === deepObject ? "taken" : "kept out";
  return toVerdict(path);
}

/** Text that the server could have sent in its own body: it is kept as it came, and nothing more. */
function strangeUsage(install: string): fc.Arbitrary<Made> {
  const honest = createHonest(install);
  const path: Path = ["snapshots", 0, "snapshot", "usage"];
  const text = fc.oneof(
    fc.jsonValue({ maxDepth: 8 }).map((value) => JSON.stringify({ value })),
    fc.string({ unit: "binary", maxLength: 500 }).map((key) => JSON.stringify({ [key]: key })),
    fc.constantFrom(
      '{"__proto__":{"polluted":1}}',
      '{"constructor":{"prototype":{"polluted":1}},"toJSON":1}',
      '{"a":"\\ud800","\\udfff":1}',
      '{"a":1e999,"b":-1e999,"c":-0}',
      '{"a":1,"a":2,"a":3}',
      JSON.stringify({ a: "x".repeat(50_000) }),
      JSON.stringify(Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`key${index}`, index]))),
    ),
  );
  return text.map((usage) => ({
    name: "strange usage",
    bytes: encode(replaceAt(honest, path, usage)),
    verdict: "taken",
  }));
}

/** Right in type and within the wire's limits, however absurd: whoever reads the state must be able to read these. */
const extremes: readonly (readonly [path: Path, texts: readonly string[]])[] = [
  [
    ["money", "used"],
    ["-5", "1.7976931348623157e308", "5e-324", "-0", "null"],
  ],
  [
    ["money", "limit"],
    ["-1", "1e300", "null"],
  ],
  [
    ["money", "percent"],
    ["1e300", "0", "null"],
  ],
  [
    ["overage", "used"],
    ["-1e300", "1e300"],
  ],
  [
    ["windows", 0, "dollars"],
    ['{"used":-1e300,"limit":1e300}', '{"used":null,"limit":-0}'],
  ],
  [
    ["windows", 0, "resets_at"],
    ['"9999-12-31T23:59:59.999Z"', '"0000-01-01T00:00:00.000Z"', "null"],
  ],
  [
    ["windows", 0, "label"],
    ['"\\u001b[2J\\u202e"', '"\\ud800"', JSON.stringify("\u{1f47e}".repeat(128))],
  ],
  [["org_name"], ['"\\u0000"', '"<img src=x onerror=alert(1)>"', '"#(touch /tmp/pwned)"', "null"]],
  [["subscription_fetched_at"], ['"9999-12-31T23:59:59.999Z"', "null"]],
  [["windows"], ["[]"]],
];

/** Each of them as a post of its own, newer than the one before, so that each is what is published. */
export function listExtremes(install: string): Hostile[] {
  const all = extremes.flatMap(([path, texts]) => texts.map((text) => ({ path, text })));
  return all.map(({ path, text }, index) => {
    const fetched_at = toIso(Date.UTC(2026, 0, 1) + index * 1_000);
    const post = toJson(
      createPost({ install, snapshots: [{ sequence: 1, snapshot: createSnapshot({ fetched_at }) }] }),
    );
    const bytes = encode(replaceAt(post, ["snapshots", 0, "snapshot", ...path], text));
    return { name: `${text.slice(0, 30)} for ${path.join(".")}`, verdict: "taken", toBytes: () => bytes };
  });
}

/** No JSON, or no post. */
function nonsense(install: string): fc.Arbitrary<Made> {
  const text = JSON.stringify(createForged(install));
  const make = (name: string, bytes: Uint8Array): Made => ({
    name,
    bytes: Uint8Array.from(bytes),
    verdict: "refused",
  });
  return fc.oneof(
    fc.uint8Array({ maxLength: 2_000 }).map((bytes) => make("bytes", bytes)),
    fc.string({ unit: "binary", maxLength: 500 }).map((each) => make("text", encode(each))),
    fc.jsonValue().map((value) => make("some JSON", encode(JSON.stringify(value)))),
    fc.nat(text.length - 1).map((length) => make("cut off", encode(text.slice(0, length)))),
    fc.nat(text.length - 1).map((at) => make("with a hole", Buffer.from(text).fill(0xff, at, at + 1))),
    fc
      .constantFrom("\ufeff", "\u0000", "\u00a0", ")]}',\n", "// x\n")
      .map((head) => make("with a head", encode(head + text))),
    fc.constantFrom("\u0000", "x", "{}", ",", "]").map((tail) => make("with a tail", encode(text + tail))),
    fc
      .constantFrom("null", "0", '""', "[]", "{}", "true", "NaN", "Infinity", "undefined")
      .map((each) => make(each, encode(each))),
    fc.constant(make("a huge string", encode(`"${"x".repeat(MAX_BODY_BYTES - 2)}"`))),
    fc.constant(make("one byte too much", encode(text + " ".repeat(MAX_BODY_BYTES + 1 - text.length)))),
    fc.constant(make("many lists", encode(`[${Array(60_000).fill("[]").join()}]`))),
    fc.constant(
      make(
        "too many snapshots",
        encode(text.replace(/"snapshots":\[(.*)\]/, `"snapshots":[${Array(51).fill('{"sequence":1}').join()}]`)),
      ),
    ),
  );
}

export function createHostile(install: string): fc.Arbitrary<Hostile> {
  const made = fc.oneof(
    { arbitrary: mutate(install), weight: 12 },
    { arbitrary: nonsense(install), weight: 4 },
    { arbitrary: nest(install), weight: 2 },
    { arbitrary: strangeUsage(install), weight: 2 },
    { arbitrary: twice(install), weight: 1 },
  );
  return made.map(({ name, bytes, verdict }) => ({ name, verdict, toBytes: () => bytes }));
}

/** What the bridge made of a body; anything but the three verdicts says what was wrong with the answer. */
export async function readVerdict(
  credentials: Credentials,
  port: number,
  { toBytes }: Hostile,
): Promise<Verdict | string> {
  const answer = await ask(credentials, port, { method: "POST", path: "/snapshots", body: toBytes() });
  // What is too large is not read, so nobody knows yet whose it was.
  if (answer.isProven === (answer.status === 413)) return `status ${answer.status}, proven: ${answer.isProven}`;
  if ([400, 413, 426].includes(answer.status)) return answer.body === '{"error":"refused"}' ? "refused" : answer.body;
  if (answer.status !== 200) return `status ${answer.status}`;
  const { acknowledged, refused } = acknowledgementSchema.parse(JSON.parse(answer.body));
  if (acknowledged.length === 1 && refused.length === 0) return "taken";
  return acknowledged.length === 0 && refused.length === 1 ? "kept out" : answer.body;
}
