// Paths that a person can paste into a shell, without the name of the user.
import { expect, test } from "vitest";
import { toShortPath } from "../../../../bridge/cli/doctor/short-path.ts";

test.each([
  ["/home/alice/.local/state/claude-meter", "~/.local/state/claude-meter"],
  ["/home/alice/Library/Application Support/claude-meter", "~/'Library/Application Support/claude-meter'"],
  ["/home/alicebob/state", "/home/alicebob/state"],
  ["/srv/it's/state", "'/srv/it'\\''s/state'"],
  ["/home/alice", "/home/alice"],
])("%s is shown as %s", (path, shown) => {
  expect(toShortPath(path, "/home/alice", "linux")).toBe(shown);
});

test.each([
  ["C:\\Users\\alice\\AppData\\Local\\claude-meter", "%USERPROFILE%\\AppData\\Local\\claude-meter"],
  ["C:\\Users\\alice\\my state", '"%USERPROFILE%\\my state"'],
  ["D:\\state", "D:\\state"],
  ["C:\\Users\\alicebob\\state", "C:\\Users\\alicebob\\state"],
])("on Windows %s is shown as %s", (path, shown) => {
  expect(toShortPath(path, "C:\\Users\\alice", "win32")).toBe(shown);
});
