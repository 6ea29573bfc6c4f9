// Pairing by a code that the user reads in the terminal: both sides prove that they know it, then the key comes sealed.
import {
  createNonce,
  derivePairingKeys,
  openSealedKey,
  pairChallengeSchema,
  pairSealedSchema,
  parseCode,
  signPairing,
  verifyPairing,
} from "../shared/pairing.ts";
import { askUnsigned } from "./bridge.ts";
import { toBrowserName } from "./browser-name.ts";
import { openDatabase } from "./database.ts";
import { ensureInstall, writeKey } from "./identity.ts";

export type PairingOutcome = "paired" | "not-a-code" | "refused" | "silent";

/** In the page that the code is typed into: the worker, which is started each minute, need not know how it is done. */
export async function pairByCode(typed: string): Promise<PairingOutcome> {
  const database = await openDatabase();
  try {
    const fetched = await fetchKeyByCode(typed, await ensureInstall(database));
    if (fetched.outcome === "paired") await writeKey(database, fetched.key);
    return fetched.outcome;
  } finally {
    database.close();
  }
}

/** The lasting key, or why there is none. */
async function fetchKeyByCode(
  typed: string,
  install: string,
): Promise<{ outcome: "paired"; key: Uint8Array<ArrayBuffer> } | { outcome: Exclude<PairingOutcome, "paired"> }> {
  const code = parseCode(typed);
  if (code === undefined) return { outcome: "not-a-code" };
  const nonce = createNonce();
  const challenge = await askUnsigned({
    method: "POST",
    path: "/pair/start",
    body: { install, nonce },
    schema: pairChallengeSchema,
  });
  if (challenge.kind !== "answered") return { outcome: challenge.kind === "silent" ? "silent" : "refused" };
  const keys = await derivePairingKeys(code, [nonce, challenge.value.nonce]);
  const confirmed = await askUnsigned({
    method: "POST",
    path: "/pair/confirm",
    body: { install, browser: toBrowserName(navigator), mac: await signPairing(keys, "extension", install) },
    schema: pairSealedSchema,
  });
  if (confirmed.kind !== "answered") return { outcome: "refused" };
  const { mac, sealed } = confirmed.value;
  if (!(await verifyPairing(keys, "bridge", install, mac))) return { outcome: "refused" };
  return { outcome: "paired", key: await openSealedKey(keys, sealed) };
}
