// Builds everything below dist/: the extension for each family of browsers, and each Node program as a bundle of its own.
import { chmodSync, rmSync } from "node:fs";
import { build } from "vite";

rmSync("dist", { recursive: true, force: true });
for (const mode of [
  "extension",
  "extension-firefox",
  "cli",
  "cli-history",
  "cli-mcp",
  "cli-on-demand",
  "cli-render-table",
  "daemon",
  "native-host",
  "proxy",
])
  await build({ mode, logLevel: "warn" });

// `npm link` made the file of the last build executable; its name on the PATH leads to this one now.
chmodSync("dist/bridge/cli.js", 0o755);
