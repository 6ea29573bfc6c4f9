// The keys of the paired browser profiles, in keys.json: issued, listed and revoked here and nowhere else.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../../shared/json.ts";
import { fromHex, importKey, KEY_BYTES } from "../../shared/signing.ts";
import { toIso } from "../../shared/time.ts";
import { isoSchema, uuidSchema } from "../../shared/wire-text.ts";
import { writePrivateFile } from "../state/private-files.ts";
import { createTurns } from "./in-turn.ts";
import type { Log } from "./log.ts";
import { readOrSetAside } from "./read-or-set-aside.ts";
import { Refusal } from "./refusal.ts";

const pairedSchema = z.object({
  install: uuidSchema,
  key: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  browser: z.string(),
  /** native: handed over by the native messaging host. code: typed by the user. */
  how: z.enum(["native", "code"]),
  created_at: isoSchema,
});
type Paired = z.infer<typeof pairedSchema>;

export const keyFileSchema = z.object({
  schema: z.literal(1),
  paired: z.array(pairedSchema),
  /** Installs whose key the user took back: a native host may not fetch a new one. */
  revoked: z.array(uuidSchema),
});
type KeyFile = z.infer<typeof keyFileSchema>;

const KEY_FILE = "keys.json";
const noKeys: KeyFile = { schema: 1, paired: [], revoked: [] };

export type PairedInfo = Omit<Paired, "key">;

export type KeyRing = {
  find: (install: string) => { key: CryptoKey; browser: string } | undefined;
  /** The install's key, a new one if it has none; durable when it resolves. "revoked" stands until a code is typed. */
  issue: (install: string, browser: string, how: Paired["how"]) => Promise<Uint8Array<ArrayBuffer> | "revoked">;
  list: () => PairedInfo[];
  /** False when there is no such install. */
  revoke: (install: string) => Promise<boolean>;
};

export async function openKeyRing(folder: string, now: () => number, log: Log): Promise<KeyRing> {
  const path = join(folder, KEY_FILE);
  let file = await readKeyFile(folder, now, log);
  const keys = new Map<string, CryptoKey>();
  for (const paired of file.paired) keys.set(paired.install, await importKey(fromHex(paired.key)));

  // Two browsers may ask at once.
  const inTurn = createTurns();
  const write = async (next: KeyFile) => {
    try {
      await writePrivateFile(path, `${JSON.stringify(next)}\n`);
    } catch (error) {
      throw new Refusal("disk-full", { cause: error });
    }
    file = next;
  };

  return {
    find: (install) => {
      const key = keys.get(install);
      const paired = file.paired.find((each) => each.install === install);
      return key && paired ? { key, browser: paired.browser } : undefined;
    },
    issue: (install, browser, how) =>
      inTurn(async () => {
        const known = file.paired.find((each) => each.install === install);
        if (how === "native" && file.revoked.includes(install)) return "revoked";
        // A code gives a new key: whoever types one may have a reason to distrust the old.
        const raw = known && how === "native" ? fromHex(known.key) : Uint8Array.from(randomBytes(KEY_BYTES));
        const paired: Paired = {
          install,
          key: Buffer.from(raw).toString("hex"),
          browser,
          how,
          created_at: known && how === "native" ? known.created_at : toIso(now()),
        };
        await write({
          schema: 1,
          paired: [...file.paired.filter((each) => each.install !== install), paired],
          revoked: file.revoked.filter((each) => each !== install),
        });
        keys.set(install, await importKey(raw));
        log(`paired ${install} (${how})`);
        return raw;
      }),
    list: () => file.paired.map(({ key, ...info }) => info),
    revoke: (install) =>
      inTurn(async () => {
        if (!file.paired.some((each) => each.install === install)) return false;
        // First of all: a full disk must not keep a key alive.
        keys.delete(install);
        const paired = file.paired.filter((each) => each.install !== install);
        await write({ schema: 1, paired, revoked: [...new Set([...file.revoked, install])] });
        log(`revoked ${install}`);
        return true;
      }),
  };
}

/** Keys that cannot be read are set aside: the browsers pair again, which costs them nothing. */
async function readKeyFile(folder: string, now: () => number, log: Log): Promise<KeyFile> {
  const parse = (text: string) => keyFileSchema.parse(parseJson(text));
  return (await readOrSetAside({ folder, name: KEY_FILE, parse, now, log })) ?? noKeys;
}
