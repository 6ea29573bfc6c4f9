// The borders and promises that a reader of the code relies on.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { commandTable } from "../bridge/cli/command-table.ts";
import { forClaudeCode } from "../bridge/cli/for-claude-code.ts";
import { onDemand } from "../bridge/cli/on-demand.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Folder to the folders it may import from, its own apart. */
const borders: Record<string, readonly string[]> = {
  shared: [],
  extension: ["shared"],
  "bridge/state": ["shared"],
  "bridge/daemon": ["shared", "bridge/state"],
  "bridge/cli": ["shared", "bridge/state"],
  "bridge/native-host": ["shared", "bridge/state"],
};

function listFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(folder, file));
}

/** Every module a file names, relative to the root; packages and Node's own apart. */
function listImports(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const named = [...text.matchAll(/(?:from|import\(?)\s*"(\.[^"]+)"/g)].flatMap((match) => match[1] ?? []);
  return named.map((path) => relative(root, join(root, file, "..", path)));
}

describe("no import crosses a border", () => {
  test.each(Object.entries(borders))("%s imports only what it may", (folder, allowed) => {
    const crossing = listFiles(folder).flatMap((file) =>
      listImports(file)
        .filter((path) => path !== "package.json")
        .filter((path) => ![folder, ...allowed].some((each) => path.startsWith(`${each}/`)))
        .map((path) => `${file} imports ${path}`),
    );
    expect(crossing).toEqual([]);
  });

  test("shared imports zod and nothing else from outside", () => {
    const packages = listFiles("shared").flatMap((file) => {
      const text = readFileSync(join(root, file), "utf8");
      return [...text.matchAll(/from "([^."][^"]*)"/g)].flatMap((match) => match[1] ?? []);
    });
    expect([...new Set(packages)]).toEqual(["zod/mini"]);
  });
});

describe("files are easy to find and to read", () => {
  const files = ["shared", "extension", "bridge", "scripts", "test"].flatMap(listFiles);

  test("every file says in its first line what it owns", () => {
    const silent = files.filter((file) => {
      const [first = "", second = ""] = readFileSync(join(root, file), "utf8").split("\n");
      return !(first.startsWith("#!") ? second : first).startsWith("// ");
    });
    expect(silent).toEqual([]);
  });

  test("no file is a drawer", () => {
    const drawers = /\/(index|utils?|helpers?|types|constants|common|misc)\.ts$/;
    expect(files.filter((file) => drawers.test(file))).toEqual([]);
  });
});

describe("every command is explained", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const names = commandTable.map(({ name }) => name).filter((name) => name !== "rows" && name !== "help");

  test.each(names)("%s stands in the README and its help has an example", (name) => {
    expect(readme).toContain(name);
    expect(commandTable.find((command) => command.name === name)?.examples.length).toBeGreaterThan(0);
  });

  test("every command of the entry has help", () => {
    const entry = readFileSync(join(root, "bridge/cli/main.ts"), "utf8");
    const hot = /hotCommands: .*= \{(.*)\};/.exec(entry)?.[1] ?? "";
    const hotNames = hot.split(",").map((each) => each.split(":")[0]?.trim() ?? "");
    const known = [...hotNames, ...Object.keys(forClaudeCode), ...Object.keys(onDemand.commands)];
    expect(known.toSorted()).toEqual(commandTable.map(({ name }) => name).toSorted());
  });
});
