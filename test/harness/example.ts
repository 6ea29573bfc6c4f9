// Runs a script of docs/examples as a user would, with the built `claude-meter` and a stand-in `claude` on its PATH.
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { toCleanEnvironment } from "./environment.ts";
import { CLI_PATH, type Ended, runProgram } from "./program.ts";
import { standIn } from "./stand-in-agent.ts";

export type ExampleOptions = { home: string; environment: Record<string, string> };

export async function runExample(
  name: string,
  args: readonly string[],
  { home, environment }: ExampleOptions,
): Promise<Ended> {
  const own = { ...(await createExampleEnvironment(home)), ...environment };
  return await runProgram(toExamplePath(name), args, { cwd: home, environment: own });
}

export function toExamplePath(name: string): string {
  return fileURLToPath(new URL(`../../docs/examples/${name}`, import.meta.url));
}

/** With `claude-meter` and the stand-in `claude` first on its PATH. */
export async function createExampleEnvironment(home: string): Promise<Record<string, string>> {
  const bin = join(home, "bin");
  await mkdir(bin, { recursive: true });
  await writeShim(join(bin, "claude-meter"), [process.execPath, CLI_PATH]);
  await writeShim(join(bin, "claude"), standIn("agent"));
  const { PATH = "", ...inherited } = toCleanEnvironment(process.env);
  return { ...inherited, PATH: `${bin}:${PATH}`, HOME: home, CLAUDE_METER_HOME: home, STAND_IN_FOLDER: home };
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
