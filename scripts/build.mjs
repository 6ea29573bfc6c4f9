// Builds everything below dist/: the extension, and each Node program as a bundle of its own.
import { rmSync } from "node:fs";
import { build } from "vite";

rmSync("dist", { recursive: true, force: true });
for (const mode of [
  "extension",
  "cli",
  "cli-for-claude-code",
  "cli-history",
  "cli-on-demand",
  "cli-render-table",
  "daemon",
  "native-host",
])
  await build({ mode, logLevel: "warn" });
