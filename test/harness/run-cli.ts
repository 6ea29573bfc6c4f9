// Runs the built CLI as a user would: a process of its own, its stdout, stderr and exit code.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const CLI_PATH = fileURLToPath(new URL("../../dist/bridge/cli.js", import.meta.url));

export type Ended = { stdout: string; stderr: string; code: number | null };

export type Running = { readStdout: () => string; ended: Promise<Ended> };

export async function runCli(
  home: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  stdin?: string | Buffer,
): Promise<Ended> {
  return await startCli(home, args, environment, stdin).ended;
}

/** For a command that waits for something: what it has said so far, and how it ended. */
export function startCli(
  home: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  stdin?: string | Buffer,
): Running {
  const { NODE_OPTIONS, ...inherited } = process.env;
  const child = spawn(process.execPath, [CLI_PATH, ...args], {
    env: { ...inherited, CLAUDE_METER_HOME: home, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => {
    // The program ended without reading it all, as it may.
  });
  child.stdin.end(stdin);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ stdout, stderr, code }));
  });
  return { readStdout: () => stdout, ended };
}
