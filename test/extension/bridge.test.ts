// What the worker believes of an answer: only what carries the proof of its own key.
import { afterEach, describe, expect, test } from "vitest";
import { askBridge } from "../../extension/bridge.ts";
import { helloSchema } from "../../shared/protocol.ts";
import { importKey, PROOF_HEADER, parseClaim, signAnswer } from "../../shared/signing.ts";

const install = "00000000-0000-4000-8000-0000000000cc";
const hello = JSON.stringify({ product: "claude-meter", version: "0.1.0", protocol: { min: 1, max: 1 } });
const question = { method: "GET", path: "/hello", schema: helloSchema } as const;
const realFetch = globalThis.fetch;

afterEach(() => {
  globalThis.fetch = realFetch;
});

async function createKey(byte: number): Promise<CryptoKey> {
  return await importKey(new Uint8Array(32).fill(byte));
}

/** A program on the port that answers `text` with `status`, signed by `signer` over `proven`. */
function listen(answer: Answer): void {
  const { text = hello, status = 200, proven = text, provenStatus = 200, retryAfter, signer } = answer;
  globalThis.fetch = async (_url, init) => {
    const claim = parseClaim(new Headers(init?.headers).get("authorization") ?? "");
    const body = new TextEncoder().encode(proven);
    const proof = signer && (await signAnswer(signer, { nonce: claim?.nonce ?? "", status: provenStatus, body }));
    const headers = new Headers(proof ? { [PROOF_HEADER]: proof } : {});
    if (retryAfter !== undefined) headers.set("retry-after", retryAfter);
    return new Response(text, { status, headers });
  };
}

type Answer = {
  text?: string;
  status?: number;
  proven?: string;
  provenStatus?: number;
  retryAfter?: string | undefined;
  signer?: CryptoKey | undefined;
};

describe("an answer is believed only with the proof of our key", () => {
  const cases = [
    { name: "signed with our key", answer: {}, signer: 7, kind: "answered" },
    { name: "not signed", answer: {}, signer: undefined, kind: "unproven" },
    { name: "signed with another key", answer: {}, signer: 8, kind: "unproven" },
    { name: "of another body than was signed", answer: { proven: "{}" }, signer: 7, kind: "unproven" },
    { name: "of another status than was signed", answer: { status: 507 }, signer: 7, kind: "unproven" },
  ] as const;
  test.each(cases)("$name: $kind", async ({ answer, signer, kind }) => {
    listen({ ...answer, signer: signer === undefined ? undefined : await createKey(signer) });
    const answered = await askBridge({ install, key: await createKey(7) }, question);
    expect(answered.kind).toBe(kind);
  });
});

test("nobody on the port is silence", async () => {
  globalThis.fetch = () => Promise.reject(new TypeError("Failed to fetch"));
  expect(await askBridge({ install, key: await createKey(7) }, question)).toEqual({ kind: "silent" });
});

describe("an answer is read up to the bound of its question", () => {
  const long = JSON.stringify({ ...JSON.parse(hello), padding: "x".repeat(100_000) });
  const cases = [
    { name: "a long one where none is expected", maxBytes: undefined, kind: "unproven" },
    { name: "a long one where it may be long", maxBytes: 200_000, kind: "answered" },
    { name: "one of exactly the bound", maxBytes: long.length, kind: "answered" },
    { name: "one byte more than the bound", maxBytes: long.length - 1, kind: "unproven" },
  ] as const;
  test.each(cases)("$name: $kind", async ({ maxBytes, kind }) => {
    const key = await createKey(7);
    listen({ text: long, signer: key });
    const asked = maxBytes === undefined ? question : { ...question, maxBytes };
    expect((await askBridge({ install, key }, asked)).kind).toBe(kind);
  });
});

describe("a bridge that has heard too much is left alone for as long as it says, and never for long", () => {
  const cases = [
    { retryAfter: "1", waitMs: 1_000 },
    { retryAfter: "120", waitMs: 120_000 },
    { retryAfter: "241", waitMs: 241_000 },
    { retryAfter: "86400", waitMs: 241_000 },
    { retryAfter: "9".repeat(400), waitMs: 241_000 },
    { retryAfter: "0", waitMs: 0 },
    { retryAfter: "-5", waitMs: 0 },
    { retryAfter: "1.5", waitMs: 0 },
    { retryAfter: "Fri, 31 Dec 9999 23:59:59 GMT", waitMs: 0 },
    { retryAfter: undefined, waitMs: 0 },
  ] as const;
  test.each(cases)("Retry-After: $retryAfter", async ({ retryAfter, waitMs }) => {
    const key = await createKey(7);
    listen({ status: 429, provenStatus: 429, retryAfter, signer: key });
    expect(await askBridge({ install, key }, question)).toEqual({ kind: "refused", status: 429, waitMs });
  });

  test("and not at all when somebody else says it", async () => {
    listen({ status: 429, provenStatus: 429, retryAfter: "120", signer: await createKey(8) });
    expect(await askBridge({ install, key: await createKey(7) }, question)).toEqual({ kind: "unproven" });
  });
});
