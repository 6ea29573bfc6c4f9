// What the browser has to load for the service worker.
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { EXTENSION_PATH } from "../harness/browser.ts";

const IMPORT = /(?:from|import)\s*"\.\/([^"]+\.js)"/g;

/** The worker's file and every file that it imports, as the browser would send for them. */
export async function benchWorkerSize(): Promise<void> {
  const folder = join(EXTENSION_PATH, "assets");
  const worker = (await readdir(folder)).find((file) => file.startsWith("service-worker") && file.endsWith(".js"));
  if (worker === undefined) throw new Error("the build has no service worker");
  const loaded = new Set<string>();
  const load = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const [, imported = ""] of readFileSync(join(folder, file), "utf8").matchAll(IMPORT)) load(imported);
  };
  load(worker);
  const bytes = [...loaded].map((file) => gzipSync(readFileSync(join(folder, file))).length);
  const total = bytes.reduce((sum, each) => sum + each, 0);
  console.log(`\nService worker, ${loaded.size} files: ${(total / 1000).toFixed(1)} kB gzip`);
}
