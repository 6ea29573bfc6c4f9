// What a released version wrote stays as it was recorded: a frozen byte that changes, goes or comes is said here.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FIXTURES } from "./harness/frozen.ts";

function toSums(version: string): string[] {
  const folder = join(FIXTURES, version);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "README.md")
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${toDigest(path)}  ${path.slice(folder.length + 1).replaceAll("\\", "/")}`)
    .toSorted();
}

function toDigest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

test("no byte of what 0.1.0 wrote has changed, gone or come", () => {
  const frozen = readFileSync(join(FIXTURES, "0.1.0.sha256"), "utf8").trimEnd().split("\n").toSorted();
  const changed = toSums("0.1.0").filter((line) => !frozen.includes(line));
  const gone = frozen.filter((line) => !toSums("0.1.0").includes(line));
  expect({ changed, gone }, "frozen bytes are never edited: read them as they are (docs/versions.md)").toEqual({
    changed: [],
    gone: [],
  });
});
