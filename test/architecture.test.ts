// The borders and promises that a reader of the code relies on.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { commands } from "../bridge/cli/commands.ts";
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
  "bridge/proxy": ["shared", "bridge/state"],
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

describe("no module needs itself", () => {
  /** What has to be loaded first; types are gone by then, and what is loaded on demand comes later. */
  function listNeeded(file: string): string[] {
    const text = readFileSync(join(root, file), "utf8").replace(/^(?:import|export) type [^;]*;/gm, "");
    const named = [...text.matchAll(/^(?:import|export) [^;]*?from\s*"(\.[^"]+)";/gm)].flatMap(
      (match) => match[1] ?? [],
    );
    return named.map((path) => relative(root, join(root, file, "..", path)));
  }

  /** The first way from a file back to itself. */
  function findCircle(start: string, needed: (file: string) => readonly string[]): string[] | undefined {
    const done = new Set<string>();
    const walk = (way: readonly string[]): string[] | undefined => {
      for (const next of needed(way.at(-1) ?? start)) {
        if (next === start) return [...way, next];
        if (done.has(next)) continue;
        done.add(next);
        const circle = walk([...way, next]);
        if (circle) return circle;
      }
      return undefined;
    };
    return walk([start]);
  }

  test("in shared, extension and bridge", () => {
    const files = ["shared", "extension", "bridge"].flatMap(listFiles);
    const needed = new Map(files.map((file) => [file, listNeeded(file)]));
    expect([...needed.values()].flat().length).toBeGreaterThan(files.length);
    expect(files.flatMap((file) => findCircle(file, (each) => needed.get(each) ?? [])?.join(" → ") ?? [])).toEqual([]);
  });

  test("a circle would be seen", () => {
    const needed: Record<string, string[]> = { a: ["b", "c"], b: [], c: ["d"], d: ["a"] };
    expect(findCircle("a", (each) => needed[each] ?? [])).toEqual(["a", "c", "d", "a"]);
    expect(findCircle("b", (each) => needed[each] ?? [])).toBeUndefined();
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
  const names = commands.map(({ name }) => name).filter((name) => name !== "rows" && name !== "help");

  test.each(names)("%s stands in the README and its help has an example", (name) => {
    // Any other mention may be of something else that has this name.
    expect(readme).toMatch(new RegExp(`\`claude-meter ${name}[ \`]`));
    expect(commands.find((command) => command.name === name)?.examples.length).toBeGreaterThan(0);
  });

  test.each(commands.map(({ name }) => name))("%s has a folder with its help", (name) => {
    // What setup writes, uninstall takes back.
    const folder = name === "uninstall" ? "setup" : name;
    expect(listFiles(`bridge/cli/${folder}`)).toContain(`bridge/cli/${folder}/help.ts`);
  });

  test("help is read by the list of commands alone, so no command loads its text", () => {
    const readers = listFiles("bridge/cli").filter((file) =>
      listImports(file).some((path) => /(^|\/)(gate-|lease-)?help\.ts$/.test(path)),
    );
    const isHelp = (file: string) => file.endsWith("/help.ts") || file === "bridge/cli/commands.ts";
    expect(readers.filter((file) => !isHelp(file))).toEqual([]);
  });

  test("every command of the entry has help", () => {
    const entry = readFileSync(join(root, "bridge/cli/main.ts"), "utf8");
    const hot = /hotCommands: .*= \{(.*)\};/.exec(entry)?.[1] ?? "";
    const hotNames = hot.split(",").map((each) => each.split(":")[0]?.trim() ?? "");
    const known = [...hotNames, ...Object.keys(forClaudeCode), ...Object.keys(onDemand.commands)];
    expect(known.toSorted()).toEqual(commands.map(({ name }) => name).toSorted());
  });
});
