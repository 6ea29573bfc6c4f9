// Proof of identity between extension and bridge: HMAC-SHA256 under a key of this browser profile, both ways.
// The Origin header proves nothing (another extension can forge it), so each request and each answer is signed.

export type SignedRequest = { method: string; path: string; host: string; body: Uint8Array<ArrayBuffer> };
export type SignedAnswer = { nonce: string; status: number; body: Uint8Array<ArrayBuffer> };
/** What an Authorization header says before it is believed. */
export type Claim = { kid: string; timestampMs: number; nonce: string; mac: string };

export const PROOF_HEADER = "x-claude-meter-proof";
export const KEY_BYTES = 32;
/** How far the clocks of both sides may be apart; a nonce is remembered for as long. */
export const MAX_CLOCK_SKEW_MS = 120_000;
/** What was signed by a clock that is ahead is remembered longest; whoever sent too much waits no longer, in whole seconds. */
export const MAX_BUSY_MS = 2 * MAX_CLOCK_SKEW_MS + 1_000;

const HEADER = /^CM1 kid=([0-9a-f-]{36}),ts=(\d{13}),nonce=([0-9a-f]{32}),mac=([0-9a-f]{64})$/;
const HMAC = { name: "HMAC", hash: "SHA-256" };

/** The key can be used and not read out again. */
export async function importKey(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return await crypto.subtle.importKey("raw", raw, HMAC, false, ["sign", "verify"]);
}

/** The Authorization header of a request; its answer is checked against `nonce`. */
export async function signRequest(
  key: CryptoKey,
  kid: string,
  request: SignedRequest,
  nowMs: number,
): Promise<{ header: string; nonce: string }> {
  const nonce = toHex(crypto.getRandomValues(new Uint8Array(16)));
  const timestampMs = Math.trunc(nowMs);
  const mac = await sign(key, await toRequestText(request, timestampMs, nonce));
  return { header: `CM1 kid=${kid},ts=${timestampMs},nonce=${nonce},mac=${mac}`, nonce };
}

export function parseClaim(header: string): Claim | undefined {
  const [, kid, timestamp, nonce, mac] = HEADER.exec(header) ?? [];
  if (kid === undefined || timestamp === undefined || nonce === undefined || mac === undefined) return undefined;
  return { kid, timestampMs: Number(timestamp), nonce, mac };
}

export async function verifyRequest(key: CryptoKey, claim: Claim, request: SignedRequest): Promise<boolean> {
  return await verify(key, claim.mac, await toRequestText(request, claim.timestampMs, claim.nonce));
}

export async function signAnswer(key: CryptoKey, answer: SignedAnswer): Promise<string> {
  return await sign(key, await toAnswerText(answer));
}

export async function verifyAnswer(key: CryptoKey, proof: string, answer: SignedAnswer): Promise<boolean> {
  return await verify(key, proof, await toAnswerText(answer));
}

async function toRequestText(request: SignedRequest, timestampMs: number, nonce: string): Promise<string> {
  const { method, path, host, body } = request;
  return ["cm1-req", method, path, host, timestampMs, nonce, await toDigest(body)].join("\n");
}

async function toAnswerText({ nonce, status, body }: SignedAnswer): Promise<string> {
  return ["cm1-res", nonce, status, await toDigest(body)].join("\n");
}

async function toDigest(body: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", body)));
}

export async function sign(key: CryptoKey, text: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text))));
}

/** In constant time; text that is no MAC at all is false, never an error. */
export async function verify(key: CryptoKey, mac: string, text: string): Promise<boolean> {
  if (!/^[0-9a-f]{64}$/.test(mac)) return false;
  return await crypto.subtle.verify("HMAC", key, fromHex(mac), new TextEncoder().encode(text));
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Only for text that a schema or pattern has found to be hexadecimal. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
