// Who this browser profile is to the bridge: a random install id, and the key of its pairing.
import { importKey } from "../shared/signing.ts";
import { type Database, DURABLE } from "./database.ts";

export async function ensureInstall(database: Database): Promise<string> {
  const transaction = database.transaction("install", "readwrite", DURABLE);
  const known = await transaction.store.get("id");
  const install = known ?? crypto.randomUUID();
  if (known === undefined) await transaction.store.put(install, "id");
  await transaction.done;
  return install;
}

/** Undefined while this browser is not paired. */
export async function readKey(database: Database): Promise<CryptoKey | undefined> {
  return await database.get("pairing", "key");
}

export async function writeKey(database: Database, raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const key = await importKey(raw);
  await database.put("pairing", key, "key");
  return key;
}
