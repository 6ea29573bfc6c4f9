// What extension and bridge may say to each other.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { pollStateSchema, pollStateWords } from "../../shared/poll-state.ts";
import {
  acknowledgementSchema,
  BRIDGE_PORT,
  EXTENSION_ID,
  helloSchema,
  MAX_BATCH,
  MAX_BODY_BYTES,
  type Post,
  postSchema,
  sequencedSchema,
} from "../../shared/protocol.ts";
import { createFailedSnapshot, createPost, createSnapshot } from "./wire-examples.ts";

type Change = Record<string, unknown>;

const states = Object.keys(pollStateWords);
const limited = {
  state: "rate-limited",
  at: "2026-11-20T10:00:00.000Z",
  retry_at: "2026-11-20T10:15:00.000Z",
} as const;

function createBatch(size: number): Post["snapshots"] {
  return Array.from({ length: size }, (_, index) => ({ sequence: index + 1, snapshot: createSnapshot() }));
}

describe("a post", () => {
  test.each<[string, Post]>([
    ["with one snapshot", createPost()],
    ["with none, only to say how the poll went", createPost({ snapshots: [] })],
    ["with a full batch", createPost({ snapshots: createBatch(MAX_BATCH) })],
    ["with a failed read", createPost({ snapshots: [{ sequence: 7, snapshot: createFailedSnapshot() }] })],
    ["after a limited poll", createPost({ poll: limited })],
    ["of a later protocol, so that the bridge can say which side is old", createPost({ protocol: 2 })],
    ["of a browser with dots and blanks", createPost({ browser: "Brave 1.80_beta-2" })],
    ["of a labelled browser", createPost({ label: "work 2" })],
  ])("%s is taken", (_name, post) => {
    expect(postSchema.safeParse(post).error).toBeUndefined();
  });

  test.each(states)("after a poll that was %s is taken", (state) => {
    expect(postSchema.safeParse({ ...createPost(), poll: { ...limited, state } }).error).toBeUndefined();
  });

  test("is the same after a way through JSON", () => {
    const copy: unknown = JSON.parse(JSON.stringify(createPost()));
    expect(postSchema.parse(copy)).toEqual(createPost());
  });

  const { snapshots, poll } = createPost();
  test("of a newer extension is read without what nobody knows here", () => {
    expect(postSchema.parse({ ...createPost(), token: "x" })).toEqual(createPost());
  });

  test.each<[string, Change]>([
    ["half a protocol", { protocol: 1.5 }],
    ["a protocol as text", { protocol: "1" }],
    ["a profile without a uuid", { install: "profile-1" }],
    ["a version with a letter", { extension_version: "0.1.0b" }],
    ["a version of two numbers", { extension_version: "0.1" }],
    ["an empty browser", { browser: "" }],
    ["an endless browser", { browser: "x".repeat(33) }],
    ["a browser with an escape", { browser: "Chrome\u001b[2J" }],
    ["a browser with a line feed", { browser: "Chrome\n" }],
    ["a browser with a comma, which parts names", { browser: "Chrome, Arc" }],
    ["an empty label", { label: "" }],
    ["a label that is nothing but a blank", { label: " " }],
    ["an endless label", { label: "x".repeat(25) }],
    ["a label with an escape", { label: "work\u001b[2J" }],
    ["a label with a comma, which parts names", { label: "work, Arc" }],
    ["a label with brackets, which part it from the name", { label: "work) (home" }],
    ["an unknown poll state", { poll: { ...poll, state: "fine" } }],
    ["a state of the bridge for one of the poll", { poll: { ...poll, state: "not-paired" } }],
    ["a poll without a moment", { poll: { ...poll, at: null } }],
    ["no snapshots, not even none", { snapshots: null }],
    ["more than a batch", { snapshots: createBatch(MAX_BATCH + 1) }],
    ["sequence 0", { snapshots: [{ ...snapshots[0], sequence: 0 }] }],
    ["half a sequence", { snapshots: [{ ...snapshots[0], sequence: 1.5 }] }],
    ["a sequence beyond whole numbers", { snapshots: [{ ...snapshots[0], sequence: 2 ** 53 }] }],
    ["a snapshot without its sequence", { snapshots: [{ snapshot: createSnapshot() }] }],
  ])("with %s is refused", (_name, change) => {
    expect(postSchema.safeParse({ ...createPost(), ...change }).success).toBe(false);
  });

  test.each(Object.keys(createPost()))("without %s is refused", (field) => {
    expect(postSchema.safeParse({ ...createPost(), [field]: undefined }).success).toBe(false);
  });
});

describe("a snapshot in a post is checked on its own", () => {
  const good = { sequence: 7, snapshot: createSnapshot() };

  test("so that a bad one does not cost the others", () => {
    const post = { ...createPost(), snapshots: [good, { sequence: 8, snapshot: { org_uuid: "x" } }] };
    const { snapshots } = postSchema.parse(post);
    expect(snapshots.map((entry) => sequencedSchema.safeParse(entry).success)).toEqual([true, false]);
    expect(snapshots.map(({ sequence }) => sequence)).toEqual([7, 8]);
  });

  test.each<[string, Change]>([
    ["complete", {}],
    ["of a failed read", { snapshot: createFailedSnapshot() }],
  ])("%s it is taken", (_name, change) => {
    expect(sequencedSchema.safeParse({ ...good, ...change }).error).toBeUndefined();
  });

  test.each<[string, Change]>([
    ["without a snapshot", { snapshot: undefined }],
    ["with an empty one", { snapshot: {} }],
    ["with half a sequence", { sequence: 7.5 }],
  ])("%s it is refused", (_name, change) => {
    expect(sequencedSchema.safeParse({ ...good, ...change }).success).toBe(false);
  });
});

describe("an acknowledgement", () => {
  const answer = { acknowledged: [1, 2], refused: [3] };

  test.each<[string, Change]>([
    ["of all and none", { acknowledged: [], refused: [] }],
    ["of some", {}],
    ["with more to say", { later: true }],
  ])("%s is taken", (_name, change) => {
    expect(acknowledgementSchema.safeParse({ ...answer, ...change }).success).toBe(true);
  });

  test.each<[string, Change]>([
    ["without what is durable", { acknowledged: undefined }],
    ["without what is refused", { refused: undefined }],
    ["with a number for a list", { acknowledged: 1 }],
    ["with sequences as text", { acknowledged: ["1"] }],
    ["with half a sequence", { refused: [1.5] }],
  ])("%s is refused", (_name, change) => {
    expect(acknowledgementSchema.safeParse({ ...answer, ...change }).success).toBe(false);
  });
});

describe("a hello", () => {
  const hello = { product: "claude-meter", version: "0.1.0", protocol: { min: 1, max: 1 } };

  test.each<[string, Change]>([
    ["of this version", {}],
    ["of a later one", { version: "12.34.567", protocol: { min: 1, max: 3 } }],
    ["with more to say", { uptime: 5, protocol: { min: 1, max: 1, preferred: 1 } }],
  ])("%s is taken", (_name, change) => {
    expect(helloSchema.safeParse({ ...hello, ...change }).success).toBe(true);
  });

  test.each<[string, Change]>([
    ["of somebody else on the port", { product: "other" }],
    ["without a product", { product: undefined }],
    ["with an endless version", { version: "1.0.00000" }],
    ["without a range", { protocol: 1 }],
    ["with half a range", { protocol: { min: 1 } }],
    ["with a range of text", { protocol: { min: "1", max: "1" } }],
  ])("%s is refused", (_name, change) => {
    expect(helloSchema.safeParse({ ...hello, ...change }).success).toBe(false);
  });
});

describe("what is fixed on both sides", () => {
  const manifestSchema = z.looseObject({ key: z.string(), host_permissions: z.array(z.string()) });
  const file = path.resolve(import.meta.dirname, "../../manifest.json");
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(file, "utf8")));

  test("the extension's id is the one its public key gives", () => {
    const digest = createHash("sha256").update(Buffer.from(manifest.key, "base64")).digest("hex").slice(0, 32);
    const id = [...digest].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join("");
    expect(id).toBe(EXTENSION_ID);
  });

  test("the extension may talk to the bridge's port", () => {
    expect(manifest.host_permissions).toContain(`http://127.0.0.1:${BRIDGE_PORT}/*`);
  });

  test("a snapshot of the largest real body fits into one post many times", () => {
    const post = createPost({ snapshots: createBatch(10) });
    expect(Buffer.byteLength(JSON.stringify(post))).toBeLessThan(MAX_BODY_BYTES / 4);
  });

  test("every state of a poll has a sentence that says what to do", () => {
    expect(pollStateSchema.options).toEqual(states);
    for (const words of Object.values(pollStateWords)) expect(words).toMatch(/^\S.*\.$/);
  });
});
