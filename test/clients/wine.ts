// A Windows of its own under wine: Node for Windows from npm on a disk that is gone afterwards. It shows how our code runs
// there; what only Windows decides (access lists, the task scheduler, a console's Ctrl-C) it does not show.
import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { toCleanEnvironment } from "../harness/environment.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";

const PROGRAMS = fileURLToPath(new URL("../../dist/bridge/", import.meta.url));
const LIMIT_MS = 60_000;

export type WineEnded = { code: number | null; stdout: Buffer; words: string };

export type Wine = {
  /** As wine and as Linux name the same folder. */
  stateFolder: string;
  bin: string;
  /** Our CLI. */
  run: (...args: readonly string[]) => Promise<WineEnded>;
  /** Any program of this Windows; stdin is a file with these bytes. */
  start: (program: string, args: readonly string[], stdin?: Uint8Array) => Promise<WineEnded>;
  readText: (name: string) => Promise<string>;
  remove: () => Promise<void>;
};

/** The path of a Linux file as programs under wine name it. */
export function toWindowsPath(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

export async function createWine(nodeExe: string, port: number): Promise<Wine> {
  const folder = await createFolder();
  const prefix = join(folder, "prefix");
  const bin = join(folder, "bin");
  await mkdir(bin);
  const environment = {
    ...toCleanEnvironment(process.env),
    HOME: folder,
    WINEPREFIX: prefix,
    WINEDEBUG: "-all",
    // Neither .NET nor a browser engine, which it would offer to fetch.
    WINEDLLOVERRIDES: "mscoree,mshtml=",
    WINEPATH: [bin, join(nodeExe, "..")].map(toWindowsPath).join(";"),
    CLAUDE_METER_PORT: String(port),
  };
  let calls = 0;
  const start: Wine["start"] = async (program, args, stdin = new Uint8Array()) => {
    calls += 1;
    const toPath = (stream: string) => join(folder, `${calls}.${stream}`);
    const paths = { stdin: toPath("in"), stdout: toPath("out"), stderr: toPath("err") };
    await writeFile(paths.stdin, stdin);
    // Node under wine cannot use a pipe of Linux as one of these.
    const files = [await open(paths.stdin, "r"), await open(paths.stdout, "w"), await open(paths.stderr, "w")] as const;
    const stdio: SpawnOptions["stdio"] = files.map(({ fd }) => fd);
    const child = spawn("wine", [program, ...args], { cwd: folder, env: environment, stdio, timeout: LIMIT_MS });
    await once(child, "exit");
    for (const file of files) await file.close();
    const stdout = await readFile(paths.stdout);
    const words = `${stdout.toString("utf8")}${await readFile(paths.stderr, "utf8")}`.replaceAll("\r", "");
    return { code: child.exitCode, stdout, words };
  };
  const made = await start("winecfg", ["-v", "win10"]);
  if (made.code !== 0) throw new Error(`wine made no Windows: ${made.words}`);
  const stateFolder = join(prefix, "drive_c/users", userInfo().username, "AppData/Local/claude-meter");
  return {
    stateFolder,
    bin,
    start,
    run: (...args) => start(nodeExe, [toWindowsPath(join(PROGRAMS, "cli.js")), ...args]),
    readText: (name) => readFile(join(stateFolder, name), "utf8"),
    remove: async () => {
      // Ends what runs in this prefix, and nothing else.
      const server = spawn("wineserver", ["-k"], { env: environment, stdio: "ignore" });
      await once(server, "exit");
      await removeFolder(folder);
    },
  };
}
