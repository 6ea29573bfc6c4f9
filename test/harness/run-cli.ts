// Runs the built CLI as a user would: a process of its own, its stdout, stderr and exit code.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const CLI_PATH = fileURLToPath(new URL("../../dist/bridge/cli.js", import.meta.url));

export type Ended = { stdout: string; stderr: string; code: number | null };

export function runCli(
  home: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  stdin?: string | Buffer,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
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
    child.on("error", reject);
    child.on("close", (code) => resolve({ stdout, stderr, code }));
  });
}
