// The command lines of the stand-ins for an agent (test/stand-in-agent), for after `--`.
import { fileURLToPath } from "node:url";

const STAND_INS = new URL("../stand-in-agent/", import.meta.url);

export function standIn(
  name: "noise" | "family" | "script" | "agent" | "spender",
  ...args: readonly string[]
): string[] {
  return [process.execPath, fileURLToPath(new URL(`${name}.mjs`, STAND_INS)), ...args];
}

export type Step =
  | { out: string }
  | { err: string }
  | { waitFor: string }
  | { on: string; code: number }
  | { stay: true }
  | { code: number }
  | { signal: string };

export function script(...steps: readonly Step[]): string[] {
  return standIn("script", JSON.stringify(steps));
}
