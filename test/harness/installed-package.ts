// The package as a user gets it: packed from this checkout, and installed below a prefix of its own without a registry.
import { mkdir, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";
import { type Ended, runProgram } from "./program.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const packedSchema = z.tuple([
  z.looseObject({
    filename: z.string(),
    size: z.int(),
    unpackedSize: z.int(),
    files: z.array(z.looseObject({ path: z.string() })),
  }),
]);
export type Packed = { tarball: string; bytes: number; unpackedBytes: number; files: string[] };

/** Below `folder` the package gets all that a user has: a home, a prefix of npm, npm's cache. */
export function toUserEnvironment(folder: string): Record<string, string> {
  return {
    HOME: join(folder, "home"),
    PATH: [join(folder, "prefix", "bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter),
    npm_config_prefix: join(folder, "prefix"),
    npm_config_cache: join(folder, "npm-cache"),
    npm_config_update_notifier: "false",
  };
}

/** Without the build that `npm pack` begins with: the tests have made it. */
export async function packPackage(folder: string): Promise<Packed> {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder, root];
  const { stdout } = await runUnlessFailed("npm", args, folder);
  const [{ filename, size, unpackedSize, files }] = packedSchema.parse(JSON.parse(stdout));
  const paths = files.map(({ path }) => path);
  return { tarball: join(folder, filename), bytes: size, unpackedBytes: unpackedSize, files: paths };
}

export async function installPackage(folder: string, tarball: string): Promise<void> {
  await mkdir(join(folder, "home"), { recursive: true });
  const quiet = ["--no-audit", "--no-fund"];
  await runUnlessFailed("npm", ["install", "--global", "--offline", ...quiet, tarball], folder);
}

/** What `npm install --global @photostructure/sqlite@1` leaves, from the copy that the tests have anyway. */
export async function installSqlite(folder: string): Promise<void> {
  const link = join(folder, "prefix", "lib", "node_modules", "@photostructure");
  await symlink(join(root, "node_modules", "@photostructure"), link);
}

export function runInstalled(folder: string, command: string, args: readonly string[]): Promise<Ended> {
  return runProgram(command, args, { environment: toUserEnvironment(folder) });
}

async function runUnlessFailed(command: string, args: readonly string[], folder: string): Promise<Ended> {
  const ended = await runInstalled(folder, command, args);
  if (ended.code !== 0) throw new Error(`${command} ${args.join(" ")}: ${ended.stdout}${ended.stderr}`);
  return ended;
}
