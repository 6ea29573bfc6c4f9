// Checks that a request comes from a paired extension, now, and for the first time; signs the answer to it.
import { type Claim, MAX_CLOCK_SKEW_MS, parseClaim, signAnswer, verifyRequest } from "../../shared/signing.ts";
import { type RequestHead, readHeader } from "./guard.ts";
import type { KeyRing } from "./key-ring.ts";
import { Refusal } from "./refusal.ts";

/** A claim that may still be false: known key, right time, nonce not seen. Cheap, so made before the body is read. */
export type Pending = { claim: Claim; key: CryptoKey };
/** Signs an answer to a request that was proven; the result is the value of the proof header. */
export type Prove = (status: number, body: Uint8Array<ArrayBuffer>) => Promise<string>;

export type Authenticator = {
  begin: (head: RequestHead) => Pending;
  finish: (pending: Pending, head: RequestHead, body: Uint8Array<ArrayBuffer>) => Promise<Prove>;
};

/** Far more than a minute's poll of every browser of a user; only proven requests count. */
const MAX_NONCES = 20_000;

export type AuthenticatorOptions = {
  keys: KeyRing;
  host: string;
  now: () => number;
  /** What was signed before this process began could be a replay that the last one would have known. */
  startedMs: number;
  maxNonces?: number;
};

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { keys, host, now, startedMs, maxNonces = MAX_NONCES } = options;
  const nonces = new Map<string, number>();

  let notBeforeMs = startedMs;

  const isTimely = ({ timestampMs }: Claim) => {
    const nowMs = now();
    // A clock that was set back behind the start: what is signed from then on counts again, and nothing older.
    notBeforeMs = Math.min(notBeforeMs, nowMs);
    return Math.abs(nowMs - timestampMs) <= MAX_CLOCK_SKEW_MS && timestampMs >= notBeforeMs;
  };

  return {
    begin: (head) => {
      const [header, second] = readHeader(head, "authorization");
      const claim = header === undefined || second !== undefined ? undefined : parseClaim(header);
      const known = claim && keys.find(claim.kid);
      if (!claim || !known || !isTimely(claim) || nonces.has(claim.nonce)) throw new Refusal("unauthorised");
      return { claim, key: known.key };
    },
    finish: async ({ claim, key }, head, body) => {
      const request = { method: head.method, path: head.target, host, body };
      if (!(await verifyRequest(key, claim, request))) throw new Refusal("unauthorised");
      // Again: while this one was read, the same request may have been proven, and its nonce outlived and forgotten.
      if (!isTimely(claim) || nonces.has(claim.nonce)) throw new Refusal("unauthorised");
      forgetOld(nonces, now());
      if (nonces.size >= maxNonces) throw new Refusal("busy");
      nonces.set(claim.nonce, claim.timestampMs + MAX_CLOCK_SKEW_MS);
      return (status, answer) => signAnswer(key, { nonce: claim.nonce, status, body: answer });
    },
  };
}

/** Kept until their timestamp alone would refuse them. */
function forgetOld(nonces: Map<string, number>, nowMs: number): void {
  for (const [nonce, untilMs] of nonces) if (untilMs < nowMs) nonces.delete(nonce);
}
