// Pairing by code, both sides' part: what is a code, what both derive from it, and that nothing else opens the seal.
import { pbkdf2Sync } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  CODE_ALPHABET,
  CODE_LENGTH,
  createNonce,
  derivePairingKeys,
  openSealedKey,
  type PairingKeys,
  pairChallengeSchema,
  pairConfirmSchema,
  pairSealedSchema,
  pairStartSchema,
  parseCode,
  sealKey,
  signPairing,
  verifyPairing,
} from "../../shared/pairing.ts";
import { fromHex, importKey, sign, toHex } from "../../shared/signing.ts";
import { INSTALL_UUID } from "./wire-examples.ts";

type Change = Record<string, unknown>;

const CODE = "ABCD2345";
const NONCES: [string, string] = ["0".repeat(32), "f".repeat(32)];
const OTHER_INSTALL = "00000000-0000-4000-8000-0000000000dd";
const LASTING = new Uint8Array(32).fill(7);

/** With one round: what is tried here does not depend on how long a guess takes. */
async function derive(code = CODE, nonces = NONCES): Promise<PairingKeys> {
  return await derivePairingKeys(code, nonces, 1);
}

describe("a code as a person types it", () => {
  test.each([["ABCD2345"], ["abcd2345"], ["ABCD-2345"], [" abcd 2345\n"], ["A-B-C-D-2-3-4-5"], ["\tABCD\u00a02345"]])(
    "%j is ABCD2345",
    (typed) => {
      expect(parseCode(typed)).toBe(CODE);
    },
  );

  test.each([
    ["nothing", ""],
    ["seven letters", "ABCD234"],
    ["nine letters", "ABCD23456"],
    ["an O", "ABCDO345"],
    ["a zero", "ABCD0345"],
    ["an I", "ABCDI345"],
    ["a one", "ABCD1345"],
    ["an L", "ABCDL345"],
    ["a letter of another script", "\u0410BCD2345"],
    ["a letter that becomes two in capitals", "ABCD234\u00df"],
    ["a zero-width space", "ABCD\u200b2345"],
    ["full-width digits", "ABCD\uff12\uff13\uff14\uff15"],
  ])("%s is no code", (_name, typed) => {
    expect(parseCode(typed)).toBeUndefined();
  });

  test("there are 39.6 bits of them", () => {
    expect(new Set(CODE_ALPHABET).size).toBe(31);
    expect(CODE_LENGTH * Math.log2(CODE_ALPHABET.length)).toBeGreaterThan(39.6);
  });
});

describe("the keys of both sides", () => {
  test("come from 600,000 rounds, so that a guess costs far more than a code lives", async () => {
    const keys = await derivePairingKeys(CODE, NONCES);
    const bits = pbkdf2Sync(CODE, `cm1-pair\n${NONCES.join("\n")}`, 600_000, 64, "sha256");
    const own = await importKey(Uint8Array.from(bits.subarray(0, 32)));
    expect(await signPairing(keys, "bridge", INSTALL_UUID)).toBe(await sign(own, `cm1-pair\nbridge\n${INSTALL_UUID}`));
  });

  test.each<[string, Promise<PairingKeys>]>([
    ["another code", derive("ABCD2346")],
    ["another nonce of the extension", derive(CODE, ["1".repeat(32), NONCES[1]])],
    ["another nonce of the bridge", derive(CODE, [NONCES[0], "1".repeat(32)])],
    ["the nonces swapped", derive(CODE, [NONCES[1], NONCES[0]])],
  ])("with %s are others: no proof fits and no seal opens", async (_name, others) => {
    const [own, other] = [await derive(), await others];
    const mac = await signPairing(own, "extension", INSTALL_UUID);
    expect(await verifyPairing(own, "extension", INSTALL_UUID, mac)).toBe(true);
    expect(await verifyPairing(other, "extension", INSTALL_UUID, mac)).toBe(false);
    await expect(openSealedKey(other, await sealKey(own, LASTING))).rejects.toThrow();
  });

  test("can not be read out", async () => {
    const { mac, seal } = await derive();
    await expect(crypto.subtle.exportKey("raw", mac)).rejects.toThrow();
    await expect(crypto.subtle.exportKey("raw", seal)).rejects.toThrow();
  });
});

describe("a proof", () => {
  test("is of one side and one install", async () => {
    const keys = await derive();
    const mac = await signPairing(keys, "extension", INSTALL_UUID);
    expect(await verifyPairing(keys, "bridge", INSTALL_UUID, mac)).toBe(false);
    expect(await verifyPairing(keys, "extension", OTHER_INSTALL, mac)).toBe(false);
  });

  test("with any bit of it flipped is none", async () => {
    const keys = await derive();
    const mac = await signPairing(keys, "extension", INSTALL_UUID);
    for (const flipped of flipEachBit(mac)) {
      expect(await verifyPairing(keys, "extension", INSTALL_UUID, flipped)).toBe(false);
    }
  });
});

describe("the sealed key", () => {
  test("opens with the same keys, and each seal is another", async () => {
    const keys = await derive();
    const [first, second] = [await sealKey(keys, LASTING), await sealKey(keys, LASTING)];
    expect(first).not.toBe(second);
    expect(pairSealedSchema.safeParse({ mac: "0".repeat(64), sealed: first }).success).toBe(true);
    expect(await openSealedKey(keys, first)).toEqual(LASTING);
    expect(await openSealedKey(keys, second)).toEqual(LASTING);
  });

  test("with any bit of it flipped, or cut short, does not open", async () => {
    const keys = await derive();
    const sealed = await sealKey(keys, LASTING);
    const broken = [...flipEachBit(sealed), ...[0, 24, 56, 118].map((length) => sealed.slice(0, length))];
    const results = await Promise.allSettled(broken.map((each) => openSealedKey(keys, each)));
    expect(results.filter(({ status }) => status === "fulfilled")).toEqual([]);
    expect(broken).toHaveLength(60 * 8 + 4);
  });
});

describe("the messages", () => {
  const start = { install: INSTALL_UUID, nonce: createNonce() };
  const confirm = { install: INSTALL_UUID, browser: "Chrome", mac: "0".repeat(64) };
  const sealed = { mac: "0".repeat(64), sealed: "0".repeat(120) };

  test("are taken as both sides write them", () => {
    expect(pairStartSchema.safeParse(start).success).toBe(true);
    expect(pairChallengeSchema.safeParse({ nonce: start.nonce }).success).toBe(true);
    expect(pairConfirmSchema.safeParse(confirm).success).toBe(true);
    expect(pairSealedSchema.safeParse(sealed).success).toBe(true);
  });

  test.each<[string, Change]>([
    ["no install", { install: undefined }],
    ["a path for an install", { install: "../../etc" }],
    ["a short nonce", { nonce: "0".repeat(31) }],
    ["a nonce in capitals", { nonce: "A".repeat(32) }],
  ])("a start with %s is refused", (_name, change) => {
    expect(pairStartSchema.safeParse({ ...start, ...change }).success).toBe(false);
  });

  test.each<[string, Change]>([
    ["a proof that is too short", { mac: "0".repeat(63) }],
    ["a browser with a control character", { browser: "Chr\u001bome" }],
  ])("a confirmation with %s is refused", (_name, change) => {
    expect(pairConfirmSchema.safeParse({ ...confirm, ...change }).success).toBe(false);
  });

  test.each<[string, Change]>([
    ["a seal that is too long", { sealed: "0".repeat(122) }],
    ["no proof", { mac: undefined }],
  ])("an answer with %s is refused", (_name, change) => {
    expect(pairSealedSchema.safeParse({ ...sealed, ...change }).success).toBe(false);
  });
});

function flipEachBit(hex: string): string[] {
  const bytes = fromHex(hex);
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    return toHex(bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)));
  });
}
