// How a path is written for the shell that will read it.
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { findProgram, quote } from "../../../../bridge/cli/setup/find-program.ts";
import { parseOwnCommand } from "../../../../bridge/cli/setup/own-command.ts";

test.each([
  ["/usr/bin/node", "/usr/bin/node"],
  ["/home/a b/node", "'/home/a b/node'"],
  ["/home/o'neil/node", "'/home/o'\\''neil/node'"],
  ["/tmp/$(touch x)/node", "'/tmp/$(touch x)/node'"],
  ["/tmp/ä/node", "'/tmp/ä/node'"],
])("a POSIX shell reads %s back from %s", (path, quoted) => {
  expect(quote(path, "linux")).toBe(quoted);
  expect(spawnSync("sh", ["-c", `printf %s ${quoted}`], { encoding: "utf8" }).stdout).toBe(path);
});

test.each([
  ["C:\\nodejs\\node.exe", "C:/nodejs/node.exe"],
  ["C:\\Program Files\\nodejs\\node.exe", '"C:/Program Files/nodejs/node.exe"'],
])("on Windows %s is written %s", (path, quoted) => {
  expect(quote(path, "win32")).toBe(quoted);
});

test("a place that npx empties again is refused", () => {
  expect(() => findProgram("/home/me/.npm/_npx/1a2b/node_modules/claude-meter/dist/bridge/cli.js")).toThrow(
    /npm install/,
  );
});

test("what is written is known again", () => {
  const program = findProgram("/opt/claude meter/dist/bridge/cli.js");
  expect(parseOwnCommand(`${program} hook stop`)).toEqual({ before: "", program, rest: " hook stop" });
});
