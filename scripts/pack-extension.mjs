// Packs the built extensions for the stores, so that the same files give the same bytes: order, times and modes are fixed.
// Plain Node and the zip program. Usage: node scripts/pack-extension.mjs [<built extension> <zip file>]
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

/** The first moment that a zip file can name. */
const TIME = new Date("1980-01-01T00:00:00Z");

const [built, zip] = process.argv.slice(2);
if (built !== undefined) pack(resolve(built), zip);
else {
  pack(resolve("dist", "extension-firefox"));
  pack(resolve("dist", "extension"));
}

function pack(source, wanted) {
  const manifest = JSON.parse(readFileSync(join(source, "manifest.json"), "utf8"));
  const name = manifest.browser_specific_settings ? "firefox" : "extension";
  const target = resolve(wanted ?? `claude-meter-${name}-${manifest.version}.zip`);
  const folder = mkdtempSync(join(tmpdir(), "claude-meter-zip-"));
  try {
    cpSync(source, folder, { recursive: true });
    // Chrome's store refuses a manifest with a key: it has its own, which gives the same id once it stands in ours.
    const { key, ...accepted } = manifest;
    writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(accepted, null, 2)}\n`);
    const files = listFiles(folder);
    for (const file of files) {
      chmodSync(join(folder, file), 0o644);
      utimesSync(join(folder, file), TIME, TIME);
    }
    // zip adds to a file that is there.
    rmSync(target, { force: true });
    const env = { ...process.env, TZ: "UTC" };
    execFileSync("zip", ["-q", "-X", "-@", target], { cwd: folder, env, input: `${files.join("\n")}\n` });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${createHash("sha256").update(readFileSync(target)).digest("hex")}  ${relative("", target)}\n`);
}

function listFiles(root) {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => relative(root, join(entry.parentPath, entry.name))).sort();
}
