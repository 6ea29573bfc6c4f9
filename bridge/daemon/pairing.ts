// One pairing by code at a time: a code that a person reads in the terminal and types into the popup.
import { randomInt } from "node:crypto";
import type * as z from "zod/mini";
import {
  CODE_ALPHABET,
  CODE_LENGTH,
  CODE_LIFE_MS,
  createNonce,
  derivePairingKeys,
  MAX_TRIES,
  type pairConfirmSchema,
  type pairSealedSchema,
  type pairStartSchema,
  sealKey,
  signPairing,
  verifyPairing,
} from "../../shared/pairing.ts";
import type { KeyRing } from "./key-ring.ts";
import { Refusal } from "./refusal.ts";

export type PairingState = "waiting" | "paired" | "failed" | "expired";

export type Pairing = {
  /** A new code; the last one is void. */
  open: () => string;
  /** How the last code ended, for the terminal that waits for it. */
  readState: () => PairingState;
  isOpen: () => boolean;
  start: (message: z.infer<typeof pairStartSchema>) => { nonce: string };
  confirm: (message: z.infer<typeof pairConfirmSchema>) => Promise<z.infer<typeof pairSealedSchema>>;
};

type Attempt = {
  code: string;
  untilMs: number;
  tries: number;
  state: PairingState;
  nonces: Map<string, [string, string]>;
};

export function createPairing(keys: KeyRing, now: () => number, deriveKeys = derivePairingKeys): Pairing {
  let attempt: Attempt | undefined;
  const readState = () => {
    if (!attempt) return "expired";
    return attempt.state === "waiting" && now() >= attempt.untilMs ? "expired" : attempt.state;
  };
  const readOpen = (): Attempt => {
    if (!attempt || readState() !== "waiting") throw new Refusal("unauthorised");
    return attempt;
  };
  return {
    open: () => {
      const code = Array.from({ length: CODE_LENGTH }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join("");
      attempt = { code, untilMs: now() + CODE_LIFE_MS, tries: 0, state: "waiting", nonces: new Map() };
      return code;
    },
    readState,
    isOpen: () => readState() === "waiting",
    start: ({ install, nonce }) => {
      const open = readOpen();
      const own = createNonce();
      // As many as there are tries: more installs at once than that is not a person with a code.
      if (open.nonces.size >= MAX_TRIES && !open.nonces.has(install)) throw new Refusal("unauthorised");
      open.nonces.set(install, [nonce, own]);
      return { nonce: own };
    },
    confirm: async ({ install, browser, mac }) => {
      const open = readOpen();
      const nonces = open.nonces.get(install);
      // Counted before anything is checked, so that parallel guesses cannot share one try.
      open.tries += 1;
      if (open.tries >= MAX_TRIES) open.state = "failed";
      open.nonces.delete(install);
      if (!nonces) throw new Refusal("unauthorised");
      const derived = await deriveKeys(open.code, nonces);
      if (!(await verifyPairing(derived, "extension", install, mac))) throw new Refusal("unauthorised");
      // Meanwhile another guess may have won, or the user may have asked for another code.
      if (attempt !== open || open.state === "paired") throw new Refusal("unauthorised");
      open.state = "paired";
      try {
        const key = await keys.issue(install, browser, "code");
        if (key === "revoked") throw new Refusal("unauthorised");
        return { mac: await signPairing(derived, "bridge", install), sealed: await sealKey(derived, key) };
      } catch (error) {
        open.state = "failed";
        throw error;
      }
    },
  };
}
