// The keys of the paired browser profiles, in keys.json: issued, listed and revoked here and nowhere else.
import { randomBytes } from "node:crypto";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../../shared/json.ts";
import { fromHex, importKey, KEY_BYTES } from "../../shared/signing.ts";
import { toIso } from "../../shared/time.ts";
import { isoSchema, uuidSchema } from "../../shared/wire-text.ts";
import { writePrivateFile } from "../state/private-files.ts";
import { hasCode } from "../state/read-status.ts";
import type { Log } from "./log.ts";

const pairedSchema = z.strictObject({
  install: uuidSchema,
  key: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  browser: z.string(),
  /** native: handed over by the native messaging host. code: typed by the user. */
  how: z.enum(["native", "code"]),
  created_at: isoSchema,
});
type Paired = z.infer<typeof pairedSchema>;

const fileSchema = z.strictObject({
  schema: z.literal(1),
  paired: z.array(pairedSchema),
  /** Installs whose key the user took back: a native host may not fetch a new one. */
  revoked: z.array(uuidSchema),
});
type KeyFile = z.infer<typeof fileSchema>;

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
  const path = join(folder, "keys.json");
  let file = await readKeyFile(path, log);
  const keys = new Map<string, CryptoKey>();
  for (const paired of file.paired) keys.set(paired.install, await importKey(fromHex(paired.key)));

  let last: Promise<void> = Promise.resolve();
  const write = async (next: KeyFile) => {
    const own = last.catch(() => undefined).then(() => writePrivateFile(path, `${JSON.stringify(next)}\n`));
    last = own;
    await own;
    file = next;
  };

  return {
    find: (install) => {
      const key = keys.get(install);
      const paired = file.paired.find((each) => each.install === install);
      return key && paired ? { key, browser: paired.browser } : undefined;
    },
    issue: async (install, browser, how) => {
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
    },
    list: () => file.paired.map(({ key, ...info }) => info),
    revoke: async (install) => {
      if (!file.paired.some((each) => each.install === install)) return false;
      const paired = file.paired.filter((each) => each.install !== install);
      await write({ schema: 1, paired, revoked: [...new Set([...file.revoked, install])] });
      keys.delete(install);
      log(`revoked ${install}`);
      return true;
    },
  };
}

/** Keys that can not be read are set aside: the browsers pair again, which costs them nothing. */
async function readKeyFile(path: string, log: Log): Promise<KeyFile> {
  const empty: KeyFile = { schema: 1, paired: [], revoked: [] };
  try {
    return fileSchema.parse(parseJson(await readFile(path, "utf8")));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return empty;
    log("keys.json was not readable and is set aside as keys.json.unreadable");
    await rename(path, `${path}.unreadable`);
    return empty;
  }
}
