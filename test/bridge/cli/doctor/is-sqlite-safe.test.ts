// The versions in which SQLite's write-ahead log is mended.
import { expect, test } from "vitest";
import { isSqliteSafe } from "../../../../bridge/cli/doctor/is-sqlite-safe.ts";

test.each([
  ["3.44.5", false],
  ["3.44.6", true],
  ["3.46.0", false],
  ["3.50.6", false],
  ["3.50.7", true],
  ["3.51.2", false],
  ["3.51.3", true],
  ["3.53.4", true],
])("SQLite %s: %s", (version, isSafe) => {
  expect(isSqliteSafe(version)).toBe(isSafe);
});
