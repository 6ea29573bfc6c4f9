// A file of ours at start, on a disk that fails: only the file's own fault sets it aside.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { readOrSetAside } from "../../../bridge/daemon/read-or-set-aside.ts";
import { test } from "../../harness/test.ts";

let folder: string;
test.beforeEach(async ({ folder: own }) => {
  folder = own;
  await writeFile(join(folder, "a.json"), "good", { mode: 0o600 });
});

/** The reading of a disk that first fails so many times. */
function failFirst(times: number, code: string): (path: string) => Promise<string> {
  let failed = 0;
  return async (path) => {
    failed += 1;
    if (failed <= times) throw Object.assign(new Error(code), { code });
    return await readFile(path, "utf8");
  };
}

function readHere(read?: (path: string) => Promise<string>, parse: (text: string) => string = String) {
  const file = { folder, name: "a.json", parse, now: () => 5, log: () => undefined };
  return readOrSetAside(read ? { ...file, read } : file);
}

test("a disk that fails for a moment costs nothing", async () => {
  expect(await readHere(failFirst(5, "EIO"))).toBe("good");
  expect(await readdir(folder)).toEqual(["a.json"]);
});

test("a disk that goes on failing leaves the file in quarantine, as it is", async () => {
  expect(await readHere(failFirst(Number.POSITIVE_INFINITY, "EIO"))).toBeUndefined();
  expect(await readFile(join(folder, "quarantine", "5-a.json"), "utf8")).toBe("good");
});

test("without a descriptor left nothing is set aside, and it says so", async () => {
  await expect(readHere(failFirst(Number.POSITIVE_INFINITY, "EMFILE"))).rejects.toMatchObject({ code: "EMFILE" });
  expect(await readdir(folder)).toEqual(["a.json"]);
});

test("a text that is none of ours is set aside", async () => {
  const parse = () => {
    throw new Error("no JSON");
  };
  expect(await readHere(undefined, parse)).toBeUndefined();
  expect(await readdir(join(folder, "quarantine"))).toEqual(["5-a.json"]);
});

test("a folder in its place is set aside, and nothing there is nothing", async () => {
  await rm(join(folder, "a.json"));
  expect(await readHere()).toBeUndefined();
  await mkdir(join(folder, "a.json"));
  expect(await readHere()).toBeUndefined();
  expect(await readdir(join(folder, "quarantine"))).toEqual(["5-a.json"]);
});
