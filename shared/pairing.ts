// Pairing by code, for browsers that cannot start a native host: a short code that a person carries from the terminal
// to the popup becomes a one-time key, under which the bridge hands over the lasting one.
import * as z from "zod/mini";
import { browserNameSchema } from "./protocol.ts";
import { fromHex, importKey, sign, toHex, verify } from "./signing.ts";
import { uuidSchema } from "./wire-text.ts";

/** Without 0 O 1 I L: 31 characters, so eight of them are 39.6 bits. */
export const CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
export const CODE_LENGTH = 8;
export const CODE_LIFE_MS = 120_000;
export const MAX_TRIES = 5;

/** Makes each guess of a code cost about 0.2 s, far more than a code lives. */
const PBKDF2_ROUNDS = 600_000;

const nonceSchema = z.string().check(z.regex(/^[0-9a-f]{32}$/));
const macSchema = z.string().check(z.regex(/^[0-9a-f]{64}$/));

export const pairStartSchema = z.object({ install: uuidSchema, nonce: nonceSchema });
export const pairChallengeSchema = z.object({ nonce: nonceSchema });
export const pairConfirmSchema = z.object({ install: uuidSchema, browser: browserNameSchema, mac: macSchema });
export const pairSealedSchema = z.object({
  mac: macSchema,
  /** AES-256-GCM: 12 bytes of initialisation vector, then the lasting key with its tag; hexadecimal. */
  sealed: z.string().check(z.regex(/^[0-9a-f]{120}$/)),
});

export type PairingKeys = { mac: CryptoKey; seal: CryptoKey };

export function createNonce(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)));
}

/** What a person types: any case, with or without spaces and dashes. Undefined when it cannot be a code. */
export function parseCode(typed: string): string | undefined {
  const code = typed.toUpperCase().replace(/[\s-]/g, "");
  return code.length === CODE_LENGTH && [...code].every((letter) => CODE_ALPHABET.includes(letter)) ? code : undefined;
}

/** Both sides derive the same two keys from the code and both nonces. */
export async function derivePairingKeys(
  code: string,
  nonces: [extension: string, bridge: string],
  rounds: number = PBKDF2_ROUNDS,
): Promise<PairingKeys> {
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(code), "PBKDF2", false, ["deriveBits"]);
  const salt = new TextEncoder().encode(`cm1-pair\n${nonces.join("\n")}`);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  const bits = new Uint8Array(await crypto.subtle.deriveBits(derivation, secret, 512));
  return {
    mac: await importKey(bits.slice(0, 32)),
    seal: await crypto.subtle.importKey("raw", bits.slice(32), "AES-GCM", false, ["encrypt", "decrypt"]),
  };
}

export type Side = "extension" | "bridge";

export async function signPairing(keys: PairingKeys, side: Side, install: string): Promise<string> {
  return await sign(keys.mac, `cm1-pair\n${side}\n${install}`);
}

export async function verifyPairing(keys: PairingKeys, side: Side, install: string, mac: string): Promise<boolean> {
  return await verify(keys.mac, mac, `cm1-pair\n${side}\n${install}`);
}

export async function sealKey(keys: PairingKeys, key: Uint8Array<ArrayBuffer>): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, keys.seal, key);
  return toHex(iv) + toHex(new Uint8Array(sealed));
}

/** Throws when the seal is not ours. */
export async function openSealedKey(keys: PairingKeys, sealed: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = fromHex(sealed);
  const iv = bytes.slice(0, 12);
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, keys.seal, bytes.slice(12)));
}
