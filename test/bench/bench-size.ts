// Prints what the browser has to load for the service worker.
import { EXTENSION_PATH } from "../harness/browser.ts";
import { readWorkerSize } from "../harness/worker-size.ts";

export async function benchWorkerSize(): Promise<void> {
  const { files, gzipBytes } = readWorkerSize(EXTENSION_PATH);
  console.log(`\nService worker, ${files} files: ${(gzipBytes / 1000).toFixed(1)} kB gzip`);
}
