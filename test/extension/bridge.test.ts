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
function listen({ text = hello, status = 200, proven = text, signer }: Answer): void {
  globalThis.fetch = async (_url, init) => {
    const claim = parseClaim(new Headers(init?.headers).get("authorization") ?? "");
    const body = new TextEncoder().encode(proven);
    const proof = signer && (await signAnswer(signer, { nonce: claim?.nonce ?? "", status: 200, body }));
    return new Response(text, { status, headers: proof ? { [PROOF_HEADER]: proof } : {} });
  };
}

type Answer = { text?: string; status?: number; proven?: string; signer?: CryptoKey | undefined };

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
