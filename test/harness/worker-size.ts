// What the browser has to load for the service worker.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const IMPORT = /(?:from|import)\s*"\.\/([^"]+\.js)"/g;

/** The worker's file and every file that it imports, packed one by one as a server would. */
export function readWorkerSize(extensionPath: string): { files: number; gzipBytes: number } {
  const folder = join(extensionPath, "assets");
  const worker = readdirSync(folder).find((file) => file.startsWith("service-worker") && file.endsWith(".js"));
  if (worker === undefined) throw new Error("the build has no service worker");
  const loaded = new Set<string>();
  const load = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const [, imported = ""] of readFileSync(join(folder, file), "utf8").matchAll(IMPORT)) load(imported);
  };
  load(worker);
  const bytes = [...loaded].map((file) => gzipSync(readFileSync(join(folder, file))).length);
  return { files: loaded.size, gzipBytes: bytes.reduce((sum, each) => sum + each, 0) };
}
