// The bounds of the quarantine: how much is kept of what could not be read, and which of it.
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { setAside, trimQuarantine } from "../../../bridge/daemon/quarantine.ts";
import { test } from "../../harness/test.ts";

async function fill(folder: string, entries: Readonly<Record<string, number>>): Promise<void> {
  await mkdir(join(folder, "quarantine"), { recursive: true });
  for (const [name, bytes] of Object.entries(entries)) {
    await writeFile(join(folder, "quarantine", name), "x".repeat(bytes));
  }
}

const readNames = async (folder: string) => (await readdir(join(folder, "quarantine"))).toSorted();

test("the oldest go when there are too many, by when they were set aside", async ({ folder }) => {
  await fill(folder, { "1000-status.json": 1, "999-keys.json": 1, "1001-status.json": 1 });
  await trimQuarantine(folder, { entries: 2, bytes: 100 });
  expect(await readNames(folder)).toEqual(["1000-status.json", "1001-status.json"]);
});

test("the oldest go when they weigh too much, and the newest stays whatever it weighs", async ({ folder }) => {
  await fill(folder, { "1-history.sqlite": 10, "2-history.sqlite": 10, "3-history.sqlite": 200 });
  await trimQuarantine(folder, { entries: 12, bytes: 100 });
  expect(await readNames(folder)).toEqual(["3-history.sqlite"]);
});

test("a folder or a link that was set aside goes like a file, and what a link points to stays", async ({ folder }) => {
  await fill(folder, { "3-status.json": 1 });
  const victim = join(folder, "victim");
  await writeFile(victim, "untouched");
  await symlink(victim, join(folder, "quarantine", "1-status.json"));
  await mkdir(join(folder, "quarantine", "2-keys.json", "inner"), { recursive: true });
  await trimQuarantine(folder, { entries: 1, bytes: 100 });
  expect(await readNames(folder)).toEqual(["3-status.json"]);
  expect(await readdir(folder)).toContain("victim");
});

test("a file that is damaged again and again never makes more than a dozen", async ({ folder }) => {
  for (let moment = 1; moment <= 30; moment += 1) {
    await writeFile(join(folder, "status.json"), "x");
    await setAside(folder, "status.json", moment, () => undefined);
  }
  expect(await readNames(folder)).toHaveLength(12);
});
