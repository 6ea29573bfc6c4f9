// Which path of Node a script may hold that is to outlive an update of Homebrew.
import { expect, test } from "vitest";
import { toStableNode } from "../../../../bridge/cli/setup/stable-node.ts";

/** A computer with these links; every other path leads to itself. */
function resolveWith(links: Readonly<Record<string, string>>) {
  return (path: string) => {
    const target = links[path];
    if (target === undefined && /\/(opt\/node|bin\/node$)/.test(path) && !path.includes("/Cellar/"))
      throw new Error("ENOENT");
    return target ?? path;
  };
}

const newest = "/opt/homebrew/Cellar/node/24.11.0/bin/node";
const older = "/usr/local/Cellar/node@22/22.20.0/bin/node";

test.each([
  {
    name: "the link of the formula",
    path: newest,
    links: { "/opt/homebrew/opt/node/bin/node": newest, "/opt/homebrew/bin/node": newest },
    stable: "/opt/homebrew/opt/node/bin/node",
  },
  {
    name: "that of a formula with a version",
    path: older,
    links: { "/usr/local/opt/node@22/bin/node": older, "/usr/local/bin/node": newest },
    stable: "/usr/local/opt/node@22/bin/node",
  },
  {
    name: "the one on the PATH where the formula has none",
    path: newest,
    links: { "/opt/homebrew/bin/node": newest },
    stable: "/opt/homebrew/bin/node",
  },
  {
    name: "the program itself where every link leads to another version",
    path: older,
    links: { "/usr/local/opt/node@22/bin/node": newest, "/usr/local/bin/node": newest },
    stable: older,
  },
  { name: "a Node of the system as it is", path: "/usr/bin/node", links: {}, stable: "/usr/bin/node" },
])("$name", ({ path, links, stable }) => {
  expect(toStableNode(path, resolveWith(links))).toBe(stable);
});
