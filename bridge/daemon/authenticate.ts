// Checks that a request comes from a paired extension, now, and for the first time; signs the answer to it.
import { type Claim, MAX_CLOCK_SKEW_MS, parseClaim, signAnswer, verifyRequest } from "../../shared/signing.ts";
import { type RequestHead, readHeader } from "./decide-refusal.ts";
import type { KeyRing } from "./key-ring.ts";
import { createNonces, type Nonces } from "./nonces.ts";
import { Refusal } from "./refusal.ts";

/** A claim that may still be false: known key, right time, nonce not seen. Cheap, so made before the body is read. */
export type Pending = { claim: Claim; key: CryptoKey };
/** Signs an answer to a request that was proven; the result is the value of the proof header. */
export type Prove = (status: number, body: Uint8Array<ArrayBuffer>) => Promise<string>;

/** A request of a paired browser; when it has sent too many, how long until the next one is heard, else 0. */
export type Proven = { prove: Prove; waitMs: number };

export type Authenticator = {
  begin: (head: RequestHead) => Pending;
  finish: (pending: Pending, head: RequestHead, body: Uint8Array<ArrayBuffer>) => Promise<Proven>;
};

export type AuthenticatorOptions = {
  keys: KeyRing;
  host: string;
  now: () => number;
  /** What was signed before this process began could be a replay that the last one would have known. */
  startedMs: number;
  nonces?: Nonces;
};

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { keys, host, now, startedMs, nonces = createNonces() } = options;
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
      if (!claim || !known || !isTimely(claim) || nonces.has(claim.kid, claim.nonce)) throw new Refusal("unauthorised");
      return { claim, key: known.key };
    },
    finish: async ({ claim, key }, head, body) => {
      const { kid, nonce } = claim;
      const request = { method: head.method, path: head.target, host, body };
      if (!(await verifyRequest(key, claim, request))) throw new Refusal("unauthorised");
      // Again: while this one was read, the same request may have been proven, and its nonce outlived and forgotten.
      if (!isTimely(claim) || nonces.has(kid, nonce)) throw new Refusal("unauthorised");
      const waitMs = nonces.readWaitMs(kid, now());
      // What is not heard is not remembered either: it changed nothing, and may come again.
      if (waitMs === 0) nonces.remember(kid, nonce, claim.timestampMs + MAX_CLOCK_SKEW_MS);
      return { prove: (status, answer) => signAnswer(key, { nonce, status, body: answer }), waitMs };
    },
  };
}
