// The signatures of both directions: what is signed is proven, and the smallest change to any of it is not.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Claim,
  fromHex,
  importKey,
  parseClaim,
  type SignedAnswer,
  type SignedRequest,
  signAnswer,
  signRequest,
  toHex,
  verifyAnswer,
  verifyRequest,
} from "../../shared/signing.ts";
import { toRuns } from "../harness/property-runs.ts";
import { INSTALL_UUID } from "./wire-examples.ts";

const NOON = Date.UTC(2026, 10, 20, 12);
const OTHER_INSTALL = "00000000-0000-4000-8000-0000000000dd";
const key = await importKey(new Uint8Array(32).fill(1));
const otherKey = await importKey(new Uint8Array(32).fill(2));

const request: SignedRequest = {
  method: "POST",
  path: "/snapshots?x=1",
  host: "127.0.0.1:63762",
  body: new TextEncoder().encode('{"protocol":1,"install":"…"}'),
};

async function signOnce(changed: Partial<SignedRequest> = {}): Promise<Claim> {
  const { header } = await signRequest(key, INSTALL_UUID, { ...request, ...changed }, NOON);
  const claim = parseClaim(header);
  if (!claim) throw new Error(`our own header is not read: ${header}`);
  return claim;
}

/** Every copy of the bytes with one bit the other way. */
function flipEachBit(bytes: Uint8Array): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) =>
    Uint8Array.from(bytes, (byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)),
  );
}

function flipText(text: string): string[] {
  return flipEachBit(Buffer.from(text, "latin1")).map((bytes) => Buffer.from(bytes).toString("latin1"));
}

function flipHex(hex: string): string[] {
  return flipEachBit(fromHex(hex)).map(toHex);
}

async function countProven(claims: readonly Claim[], requests: readonly SignedRequest[] = [request]): Promise<number> {
  const results = await Promise.all(claims.flatMap((claim) => requests.map((each) => verifyRequest(key, claim, each))));
  return results.filter(Boolean).length;
}

describe("a request", () => {
  test("is proven as it was signed", async () => {
    expect(await countProven([await signOnce()])).toBe(1);
  });

  test("has a nonce of its own each time, so that no two signatures are alike", async () => {
    const claims = await Promise.all(Array.from({ length: 100 }, () => signOnce()));
    expect(new Set(claims.map(({ nonce }) => nonce)).size).toBe(100);
    expect(new Set(claims.map(({ mac }) => mac)).size).toBe(100);
  });

  test("whatever it is, it is proven, and with another key it is not", async () => {
    const anyRequest = fc.record({
      method: fc.constantFrom("GET", "POST", "PUT"),
      path: fc.webPath(),
      host: fc.domain(),
      body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)),
    });
    await fc.assert(
      fc.asyncProperty(anyRequest, async (each) => {
        const { header } = await signRequest(key, INSTALL_UUID, each, NOON);
        const claim = parseClaim(header);
        if (!claim) throw new Error(header);
        expect(await verifyRequest(key, claim, each)).toBe(true);
        expect(await verifyRequest(otherKey, claim, each)).toBe(false);
      }),
      toRuns(200),
    );
  });

  test("with any bit of any field flipped, it is not proven", async () => {
    const claim = await signOnce();
    const flippedClaims = [
      ...flipHex(claim.mac).map((mac) => ({ ...claim, mac })),
      ...flipHex(claim.nonce).map((nonce) => ({ ...claim, nonce })),
      ...Array.from({ length: 41 }, (_, bit) => ({ ...claim, timestampMs: flipNumber(claim.timestampMs, bit) })),
    ];
    const flippedRequests: SignedRequest[] = [
      ...flipText(request.method).map((method) => ({ ...request, method })),
      ...flipText(request.path).map((path) => ({ ...request, path })),
      ...flipText(request.host).map((host) => ({ ...request, host })),
      ...flipEachBit(request.body).map((body) => ({ ...request, body })),
    ];
    expect(await countProven(flippedClaims)).toBe(0);
    expect(await countProven([claim], flippedRequests)).toBe(0);
    console.log(`signing: ${flippedClaims.length + flippedRequests.length} flipped bits, 0 proven`);
  });

  test.each<[string, Partial<SignedRequest>]>([
    ["another method", { method: "GET" }],
    ["another path", { path: "/hello" }],
    ["another query", { path: "/snapshots?x=2" }],
    ["no query", { path: "/snapshots" }],
    ["another host", { host: "127.0.0.1:63763" }],
    ["a host in other words", { host: "localhost:63762" }],
    ["no body", { body: new Uint8Array() }],
    ["a longer body", { body: Uint8Array.from([...request.body, 32]) }],
    ["a shorter body", { body: request.body.slice(1) }],
    ["path and host swapped", { path: request.host, host: request.path }],
    ["what was two fields in one", { method: `POST\n${request.path}`, path: request.host }],
  ])("with %s is not proven", async (_name, change) => {
    expect(await countProven([await signOnce()], [{ ...request, ...change }])).toBe(0);
  });

  test("under the key of another install it is not proven", async () => {
    expect(await verifyRequest(otherKey, await signOnce(), request)).toBe(false);
  });

  test("its proof is no proof of an answer, and the other way round", async () => {
    const claim = await signOnce();
    const answer = { nonce: claim.nonce, status: 200, body: request.body };
    expect(await verifyAnswer(key, claim.mac, answer)).toBe(false);
    expect(await countProven([{ ...claim, mac: await signAnswer(key, answer) }])).toBe(0);
  });
});

describe("an answer", () => {
  const answer: SignedAnswer = { nonce: "0".repeat(32), status: 200, body: new TextEncoder().encode("{}") };

  test("is proven as it was signed", async () => {
    expect(await verifyAnswer(key, await signAnswer(key, answer), answer)).toBe(true);
  });

  test.each<[string, Partial<SignedAnswer>]>([
    ["to another question", { nonce: `${"0".repeat(31)}1` }],
    ["with another status", { status: 201 }],
    ["with another body", { body: new TextEncoder().encode("[]") }],
    ["without its body", { body: new Uint8Array() }],
  ])("%s is not proven", async (_name, change) => {
    expect(await verifyAnswer(key, await signAnswer(key, answer), { ...answer, ...change })).toBe(false);
  });

  test("with any bit of its proof flipped is not proven", async () => {
    const proof = await signAnswer(key, answer);
    const results = await Promise.all(flipHex(proof).map((each) => verifyAnswer(key, each, answer)));
    expect(results.filter(Boolean)).toEqual([]);
  });

  test.each([
    ["nothing", ""],
    ["too short", "00"],
    ["too long", "0".repeat(66)],
    ["capitals", "A".repeat(64)],
    ["no hexadecimal", "g".repeat(64)],
    ["two proofs in one header", `${"0".repeat(64)}, ${"0".repeat(64)}`],
    ["a line break at the end", `${"0".repeat(64)}\n`],
  ])("with a proof that is %s is not proven, and nothing is thrown", async (_name, proof) => {
    expect(await verifyAnswer(key, proof, answer)).toBe(false);
  });

  test("of another key is not proven", async () => {
    expect(await verifyAnswer(key, await signAnswer(otherKey, answer), answer)).toBe(false);
  });
});

describe("the header", () => {
  const parts = { kid: INSTALL_UUID, ts: String(NOON), nonce: "0".repeat(32), mac: "a".repeat(64) };
  const toHeader = (change: Partial<typeof parts> = {}) => {
    const { kid, ts, nonce, mac } = { ...parts, ...change };
    return `CM1 kid=${kid},ts=${ts},nonce=${nonce},mac=${mac}`;
  };

  test("is read as it was written", () => {
    const { kid, nonce, mac } = parts;
    expect(parseClaim(toHeader())).toEqual({ kid, timestampMs: NOON, nonce, mac });
  });

  test("cut off anywhere is no header", () => {
    const header = toHeader();
    const cut = Array.from({ length: header.length }, (_, length) => header.slice(0, length));
    expect(cut.filter((each) => parseClaim(each) !== undefined)).toEqual([]);
  });

  test.each([
    ["another scheme", toHeader().replace("CM1", "Bearer")],
    ["the scheme in small letters", toHeader().replace("CM1", "cm1")],
    ["another version", toHeader().replace("CM1", "CM2")],
    ["two blanks", toHeader().replace(" ", "  ")],
    ["a blank before it", ` ${toHeader()}`],
    ["a blank after it", `${toHeader()} `],
    ["a line break after it", `${toHeader()}\n`],
    ["blanks after the commas", toHeader().replaceAll(",", ", ")],
    ["fields in another order", `CM1 ts=${parts.ts},kid=${parts.kid},nonce=${parts.nonce},mac=${parts.mac}`],
    ["a field twice", `${toHeader()},mac=${parts.mac}`],
    ["a field nobody knows", `${toHeader()},x=1`],
    ["no mac", toHeader().replace(/,mac=.*/, "")],
    ["an empty mac", toHeader({ mac: "" })],
    ["a mac in capitals", toHeader({ mac: "A".repeat(64) })],
    ["a mac of 63", toHeader({ mac: "a".repeat(63) })],
    ["a nonce of 31", toHeader({ nonce: "0".repeat(31) })],
    ["a time in seconds", toHeader({ ts: "1795176000" })],
    ["a negative time", toHeader({ ts: `-${NOON}` })],
    ["a time with decimals", toHeader({ ts: `${NOON}.0` })],
    ["a time in hexadecimal", toHeader({ ts: "0x1a1ebf5c880" })],
    ["no number for a time", toHeader({ ts: "NaN" })],
    ["a kid in capitals", toHeader({ kid: INSTALL_UUID.replaceAll("0", "A") })],
    ["a kid that is a path", toHeader({ kid: "../../../../../../../../../etc/passwd" })],
    ["a kid that every object has", toHeader({ kid: "__proto__" })],
    ["two headers in one", `${toHeader()}, ${toHeader()}`],
    ["nothing at all", ""],
  ])("with %s is none", (_name, header) => {
    expect(parseClaim(header)).toBeUndefined();
  });

  test("another kid is another claim, which the key of its own install decides", () => {
    expect(parseClaim(toHeader({ kid: OTHER_INSTALL }))?.kid).toBe(OTHER_INSTALL);
  });

  test("no text makes it throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expect(parseClaim(text)).toBeUndefined();
      }),
      toRuns(1000),
    );
  });
});

/** Beyond 32 bits, where the operators of JavaScript end. */
function flipNumber(value: number, bit: number): number {
  return Number(BigInt(value) ^ (1n << BigInt(bit)));
}
