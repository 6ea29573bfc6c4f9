// The token with which a Prometheus may read /metrics on the port: a private file, made when somebody first asks for it.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { ensurePrivateFolder, readPrivateFile, writePrivateFile } from "./private-files.ts";

const TOKEN_BYTES = 32;
const TOKEN_FORM = /^[0-9a-f]{64}$/;

export function toMetricsTokenPath(folder: string): string {
  return join(folder, "metrics-token");
}

/** Undefined when nobody has asked for one yet, and when the file holds no token. */
export async function readMetricsToken(folder: string): Promise<string | undefined> {
  const token = (await readPrivateFile(toMetricsTokenPath(folder)))?.trim();
  return token !== undefined && TOKEN_FORM.test(token) ? token : undefined;
}

export async function ensureMetricsToken(folder: string): Promise<void> {
  await ensurePrivateFolder(folder);
  if ((await readMetricsToken(folder)) === undefined) await writeNewMetricsToken(folder);
}

/** Whoever has the old one is refused from the next request on. */
export async function writeNewMetricsToken(folder: string): Promise<void> {
  await ensurePrivateFolder(folder);
  await writePrivateFile(toMetricsTokenPath(folder), `${randomBytes(TOKEN_BYTES).toString("hex")}\n`);
}
