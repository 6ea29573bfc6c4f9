// Runs a script of docs/examples as a user would, with the built `claude-meter` and a stand-in `claude` on its PATH.
import { spawn } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CLI_PATH, type Ended } from "./run-cli.ts";
import { standIn } from "./run-home.ts";

export type ExampleOptions = { home: string; environment: Record<string, string> };

export async function runExample(
  name: string,
  args: readonly string[],
  { home, environment }: ExampleOptions,
): Promise<Ended> {
  const child = spawn(toExamplePath(name), args, {
    cwd: home,
    env: { ...(await createExampleEnvironment(home)), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended: Ended = { stdout: "", stderr: "", code: null };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    ended.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    ended.stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...ended, code }));
  });
}

export function toExamplePath(name: string): string {
  return fileURLToPath(new URL(`../../docs/examples/${name}`, import.meta.url));
}

/** With `claude-meter` and the stand-in `claude` first on its PATH. */
export async function createExampleEnvironment(home: string): Promise<Record<string, string | undefined>> {
  const bin = join(home, "bin");
  await mkdir(bin, { recursive: true });
  await writeShim(join(bin, "claude-meter"), [process.execPath, CLI_PATH]);
  await writeShim(join(bin, "claude"), standIn("agent"));
  const { NODE_OPTIONS, PATH = "", TMUX, ...inherited } = process.env;
  const folders = { CLAUDE_METER_HOME: home, CLAUDE_CONFIG_DIR: home, STAND_IN_FOLDER: home };
  return { ...inherited, PATH: `${bin}:${PATH}`, ...folders };
}

/** The lines of a file that the stand-in or an example wrote; none when it wrote nothing. */
export async function readLines(path: string): Promise<string[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "");
}

async function writeShim(path: string, command: readonly string[]): Promise<void> {
  await writeFile(path, `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(" ")} "$@"\n`);
  await chmod(path, 0o700);
}
