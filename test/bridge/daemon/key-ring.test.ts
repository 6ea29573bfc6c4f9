// Who is paired: what is issued is durable, what is revoked stays so, and nobody's change undoes another's.
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type KeyRing, openKeyRing } from "../../../bridge/daemon/key-ring.ts";
import { importKey, sign, toHex, verify } from "../../../shared/signing.ts";
import { createTestFolder } from "../../harness/test.ts";

const NOON = Date.UTC(2026, 10, 20, 12);

function toInstall(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
}
const [first, second] = [toInstall(1), toInstall(2)];

async function createFolder(): Promise<string> {
  const folder = await createTestFolder();
  return folder;
}

async function open(folder: string, nowMs = NOON): Promise<{ ring: KeyRing; lines: string[] }> {
  const lines: string[] = [];
  return {
    ring: await openKeyRing(
      folder,
      () => nowMs,
      (line) => lines.push(line),
    ),
    lines,
  };
}

async function issue(ring: KeyRing, install: string, how: "native" | "code" = "native"): Promise<Uint8Array> {
  const key = await ring.issue(install, "Chrome", how);
  if (key === "revoked") throw new Error("revoked");
  return key;
}

/** Does the ring check signatures of this install with exactly this key? */
async function isKeyOf(ring: KeyRing, install: string, raw: Uint8Array): Promise<boolean> {
  const found = ring.find(install);
  const own = await importKey(Uint8Array.from(raw));
  return found !== undefined && (await verify(found.key, await sign(own, "text"), "text"));
}

test("a key is 32 bytes, private on disk, and there again after a restart", async () => {
  const folder = await createFolder();
  const key = await issue((await open(folder)).ring, first);
  expect(key).toHaveLength(32);
  expect((await stat(join(folder, "keys.json"))).mode & 0o777).toBe(0o600);
  expect(await isKeyOf((await open(folder)).ring, first, key)).toBe(true);
});

test("two installs have different keys", async () => {
  const { ring } = await open(await createFolder());
  const key = await issue(ring, first);
  await issue(ring, second);
  expect(await isKeyOf(ring, second, key)).toBe(false);
});

test("the native host gets the same key again, so that a second answer does not cut off the first", async () => {
  const { ring } = await open(await createFolder());
  expect(toHex(await issue(ring, first))).toBe(toHex(await issue(ring, first)));
});

test("a code gives a new key, and the old one is worth nothing", async () => {
  const { ring } = await open(await createFolder());
  const old = await issue(ring, first);
  const key = await issue(ring, first, "code");
  expect(await isKeyOf(ring, first, old)).toBe(false);
  expect(await isKeyOf(ring, first, key)).toBe(true);
});

test("the list says who is paired, how and since when, and no key", async () => {
  const { ring } = await open(await createFolder());
  await issue(ring, first);
  await issue(ring, second, "code");
  const created_at = "2026-11-20T12:00:00.000Z";
  expect(ring.list()).toEqual([
    { install: first, browser: "Chrome", how: "native", created_at },
    { install: second, browser: "Chrome", how: "code", created_at },
  ]);
});

test("revoked is revoked: the key is gone, a native host gets none, only a code brings the install back", async () => {
  const folder = await createFolder();
  const { ring } = await open(folder);
  await issue(ring, first);
  expect(await ring.revoke(first)).toBe(true);
  expect(ring.find(first)).toBeUndefined();
  const { ring: again } = await open(folder);
  expect(again.find(first)).toBeUndefined();
  expect(await again.issue(first, "Chrome", "native")).toBe("revoked");
  const key = await issue(again, first, "code");
  expect(await isKeyOf(again, first, key)).toBe(true);
  expect(await again.issue(first, "Chrome", "native")).toEqual(key);
});

test("what was never paired can not be revoked", async () => {
  const { ring } = await open(await createFolder());
  expect(await ring.revoke(first)).toBe(false);
  expect(ring.find(first)).toBeUndefined();
});

test("browsers that ask in the same moment all get their key, and keep it", async () => {
  const folder = await createFolder();
  const { ring } = await open(folder);
  const installs = Array.from({ length: 20 }, (_, index) => toInstall(index));
  const keys = await Promise.all(installs.map((install) => issue(ring, install)));
  const { ring: again } = await open(folder);
  for (const [index, key] of keys.entries()) {
    expect(await isKeyOf(ring, toInstall(index), key)).toBe(true);
    expect(await isKeyOf(again, toInstall(index), key)).toBe(true);
  }
});

test("a revocation is not undone by a browser that pairs in the same moment", async () => {
  const folder = await createFolder();
  const { ring } = await open(folder);
  await issue(ring, first);
  await Promise.all([issue(ring, second), ring.revoke(first), issue(ring, toInstall(3))]);
  const { ring: again } = await open(folder);
  expect(again.list().map(({ install }) => install)).toEqual([second, toInstall(3)]);
  expect(await again.issue(first, "Chrome", "native")).toBe("revoked");
});

test("a key that could not be written is not issued, and the next one can be", async () => {
  const folder = await createFolder();
  const { ring } = await open(folder);
  await rm(folder, { recursive: true });
  await expect(ring.issue(first, "Chrome", "native")).rejects.toMatchObject({ code: "disk-full" });
  expect(ring.find(first)).toBeUndefined();
  await mkdir(folder);
  expect(await isKeyOf(ring, first, await issue(ring, first))).toBe(true);
});

test("a key is revoked at once, also when that can not be written", async () => {
  const folder = await createFolder();
  const { ring } = await open(folder);
  await issue(ring, first);
  await rm(folder, { recursive: true });
  await expect(ring.revoke(first)).rejects.toMatchObject({ code: "disk-full" });
  expect(ring.find(first)).toBeUndefined();
});

test.each([
  ["no JSON", "{"],
  ["of a later schema", '{"schema":2,"paired":[],"revoked":[]}'],
  ["with a key that is too short", `{"schema":1,"paired":[{"install":"${first}","key":"00"}],"revoked":[]}`],
  ["with a path as install", '{"schema":1,"paired":[],"revoked":["../../etc"]}'],
])("a key file %s is set aside, said so, and everybody pairs anew", async (_name, text) => {
  const folder = await createFolder();
  await writeFile(join(folder, "keys.json"), text);
  const { ring, lines } = await open(folder);
  expect(ring.list()).toEqual([]);
  expect(await readdir(join(folder, "quarantine"))).toEqual([`${NOON}-keys.json`]);
  expect(lines).toEqual([expect.stringMatching(/^keys\.json could not be read and was moved to /)]);
  expect(await readFile(join(folder, "quarantine", `${NOON}-keys.json`), "utf8")).toBe(text);
  expect(await isKeyOf(ring, first, await issue(ring, first))).toBe(true);
});

test("a key file that others may read becomes private before it is used", async () => {
  const folder = await createFolder();
  await issue((await open(folder)).ring, first);
  await chmod(join(folder, "keys.json"), 0o644);
  expect((await open(folder)).ring.find(first)).toBeDefined();
  expect((await stat(join(folder, "keys.json"))).mode & 0o777).toBe(0o600);
});

test("no key is ever in the log", async () => {
  const folder = await createFolder();
  const { ring, lines } = await open(folder);
  const keys = [await issue(ring, first), await issue(ring, first, "code")].map(toHex);
  await ring.revoke(first);
  expect(lines).toEqual([`paired ${first} (native)`, `paired ${first} (code)`, `revoked ${first}`]);
  for (const key of keys) expect(lines.join()).not.toContain(key);
});
