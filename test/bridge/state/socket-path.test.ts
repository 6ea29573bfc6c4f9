// Where the bridge is reached: a socket in the private folder, or on Windows a pipe whose name nobody can guess.
import { execFile } from "node:child_process";
import { readdir, readFile, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { ensureSocketPath, toSocketFile } from "../../../bridge/state/socket-path.ts";
import { createTestFolder } from "../../harness/test.ts";

const PIPE = /^\\\\\.\\pipe\\claude-meter-[0-9a-f]{64}$/;

async function createFolder(): Promise<string> {
  const folder = await createTestFolder();
  return folder;
}

describe("a unix socket", () => {
  test.each(["linux", "darwin"])(
    "on %s stands in the state folder, and nothing is written to name it",
    async (platform) => {
      const folder = await createFolder();
      expect(ensureSocketPath(folder, platform)).toBe(join(folder, "bridge.sock"));
      expect(await readdir(folder)).toEqual([]);
    },
  );

  test("whose path the system could not hold is refused with what to do", () => {
    expect(() => ensureSocketPath(`/${"x".repeat(100)}`, "linux")).toThrow("set CLAUDE_METER_HOME");
    expect(() => ensureSocketPath(`/${"ä".repeat(50)}`, "linux")).toThrow(RangeError);
    expect(ensureSocketPath(`/${"x".repeat(90)}`, "linux")).toHaveLength(103);
  });
});

describe("a pipe", () => {
  test("has a random name, the same for everybody who reads this folder", async () => {
    const folder = await createFolder();
    const name = ensureSocketPath(folder, "win32");
    expect(name).toMatch(PIPE);
    expect(ensureSocketPath(folder, "win32")).toBe(name);
    expect(ensureSocketPath(await createFolder(), "win32")).not.toBe(name);
    expect(await readdir(folder)).toEqual(["pipe-name"]);
  });

  test("keeps its name where only its owner can read it", async () => {
    const folder = await createFolder();
    const name = ensureSocketPath(folder, "win32");
    const path = toSocketFile(folder, "win32");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(name.endsWith(await readFile(path, "utf8"))).toBe(true);
  });

  test("is named also before there is a state folder", async () => {
    const folder = join(await createFolder(), "state");
    expect(ensureSocketPath(folder, "win32")).toMatch(PIPE);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test("has another name each time the bridge takes the old one away", async () => {
    const folder = await createFolder();
    const name = ensureSocketPath(folder, "win32");
    await unlink(toSocketFile(folder, "win32"));
    expect(ensureSocketPath(folder, "win32")).not.toBe(name);
  });

  test.each(["", "0".repeat(63), "..\\..\\other", "x".repeat(64), `${"0".repeat(64)}\n`])(
    "does not take %j for a name",
    async (text) => {
      const folder = await createFolder();
      await writeFile(toSocketFile(folder, "win32"), text);
      expect(ensureSocketPath(folder, "win32")).toMatch(PIPE);
    },
  );

  test("has one name when many ask for the first time at once", async () => {
    const folder = await createFolder();
    const source = fileURLToPath(new URL("../../../bridge/state/socket-path.ts", import.meta.url));
    const program = `import { ensureSocketPath } from ${JSON.stringify(source)};
      process.stdout.write(ensureSocketPath(process.argv[1], "win32"));`;
    const args = ["--import", "tsx", "--input-type=module", "-e", program, folder];
    const asked = Array.from({ length: 8 }, () => promisify(execFile)(process.execPath, args));
    const names = (await Promise.all(asked)).map(({ stdout }) => stdout);
    expect(names[0]).toMatch(PIPE);
    expect(new Set(names).size).toBe(1);
    expect(await readdir(folder)).toEqual(["pipe-name"]);
  });
});
