// What a released version wrote and sent, as it was recorded (test/fixtures/<version>/README.md).
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const FIXTURES = fileURLToPath(new URL("../fixtures", import.meta.url));
/** Just after the last recorded byte: no run of them is old, no window has been reset since. */
export const FROZEN_AT = "2026-11-27T18:20:50.000Z";

export function toFrozenPath(path: string): string {
  return join(FIXTURES, "0.1.0", path);
}

export async function readFrozen(path: string): Promise<string> {
  return await readFile(toFrozenPath(path), "utf8");
}

export async function readFrozenJson(path: string): Promise<unknown> {
  const value: unknown = JSON.parse(await readFrozen(path));
  return value;
}

/** A state folder of this test as 0.1.0 left it. */
export async function copyFrozenState(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "claude-meter-"));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 20 }));
  await cp(toFrozenPath("state"), home, { recursive: true });
  return home;
}
