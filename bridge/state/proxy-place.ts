// Where a proxy of this user listens, and how it proves that it is this user's: a secret in a private file of the state
// folder, told to nobody. Whoever took the port after it has died cannot prove it, and gets no credential.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { unlink } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import * as z from "zod/mini";
import { parseJson } from "../../shared/json.ts";
import { readPrivateFile, writePrivateFile } from "./private-files.ts";

/** The bridge has the port before it. */
export const PROXY_PORT = 63_763;
export const HELLO_PATH = "/claude-meter/hello";
const SECRET_BYTES = 32;
const NONCE_BYTES = 16;
const ASK_LIMIT_MS = 2_000;

const placeSchema = z.object({
  pid: z.int(),
  port: z.int().check(z.gte(1), z.lte(65_535)),
  secret: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  /** It holds turns, for which its clients need more patience. */
  holds: z.optional(z.boolean()),
});
export type ProxyPlace = z.infer<typeof placeSchema>;

export function createSecret(): string {
  return randomBytes(SECRET_BYTES).toString("hex");
}

export async function writePlace(folder: string, place: ProxyPlace): Promise<void> {
  await writePrivateFile(toPath(folder), `${JSON.stringify(place)}\n`);
}

/** Only its own: another proxy may have started meanwhile. */
export async function removePlace(folder: string, { secret }: ProxyPlace): Promise<void> {
  if ((await readPlace(folder))?.secret === secret) await unlink(toPath(folder));
}

async function readPlace(folder: string): Promise<ProxyPlace | undefined> {
  const read = (await readPrivateFile(toPath(folder))) ?? "";
  try {
    return placeSchema.safeParse(parseJson(read)).data;
  } catch {
    // Not JSON: no proxy of ours has written it.
    return undefined;
  }
}

/** The proxy that the file names, once it has proved that it wrote it; undefined when there is none. */
export async function findProxy(folder: string): Promise<ProxyPlace | undefined> {
  const place = await readPlace(folder);
  if (!place) return undefined;
  const nonce = randomBytes(NONCE_BYTES).toString("hex");
  const proof = await askForProof(place.port, nonce).catch(() => undefined);
  return proof !== undefined && isSame(proof, toProof(place.secret, nonce)) ? place : undefined;
}

export function toProof(secret: string, nonce: string): string {
  return createHmac("sha256", secret).update(nonce).digest("hex");
}

function isSame(given: string, wanted: string): boolean {
  return given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
}

function askForProof(port: number, nonce: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port, path: `${HELLO_PATH}?nonce=${nonce}`, agent: false, timeout: ASK_LIMIT_MS },
      (response) => {
        // A foreign program must not make us read for ever.
        const limit = setTimeout(() => response.destroy(), ASK_LIMIT_MS);
        text(response).then(resolve, reject);
        response.on("close", () => clearTimeout(limit));
      },
    );
    asked.on("timeout", () => asked.destroy());
    asked.on("error", reject);
    asked.end();
  });
}

function toPath(folder: string): string {
  return join(folder, "proxy.json");
}

/** The salt under which a key becomes its id, the same in every run of the proxy. */
export async function ensureKeySalt(folder: string): Promise<string> {
  const path = join(folder, "key-salt");
  const known = (await readPrivateFile(path))?.trim();
  if (known !== undefined && /^[0-9a-f]{64}$/.test(known)) return known;
  const salt = createSecret();
  await writePrivateFile(path, `${salt}\n`);
  return salt;
}
