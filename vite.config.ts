// Builds the extension (dist/extension), or with --mode bridge the Node programs (dist/bridge), and configures the tests.
import { crx } from "@crxjs/vite-plugin";
import { defineConfig } from "vitest/config";
import manifest from "./manifest.json" with { type: "json" };
import { version } from "./package.json" with { type: "json" };

const extension = {
  plugins: [crx({ manifest: { ...manifest, version } as never })],
  build: {
    outDir: "dist/extension",
    target: "chrome120",
    modulePreload: { polyfill: false },
    // A popup that loads from disk gains nothing from names without their content's meaning.
    sourcemap: false,
  },
};
export default defineConfig(extension);
