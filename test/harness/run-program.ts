// Runs any program of a test to its end: its stdout, stderr and exit code.
import { spawn } from "node:child_process";
import type { Ended } from "./run-cli.ts";

export type RunOptions = { environment?: Record<string, string>; input?: string };

export function runProgram(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    // What slows or changes every Node of the test machine is no part of the test.
    const { NODE_OPTIONS, NODE_EXTRA_CA_CERTS, CLAUDE_CONFIG_DIR, ...inherited } = process.env;
    const child = spawn(command, args, {
      env: { ...inherited, ...options.environment },
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ stdout, stderr, code }));
    child.stdin?.end(options.input);
  });
}
