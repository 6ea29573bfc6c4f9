// What the documents promise of the commands: each line can be typed, and each code of doctor is explained.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { commands } from "../bridge/cli/commands.ts";
import { type Code, findingWords } from "../bridge/cli/doctor/findings.ts";
import { listOptions } from "../bridge/cli/help/command-help.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const documents = [
  ...["README.md", "SECURITY.md"],
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

function read(name: string): string {
  return readFileSync(join(root, name), "utf8");
}

/** Every command line of ours in code: from our name to what a shell takes for the end of a command. */
function listCommandLines(text: string): string[] {
  const blocks = [...text.matchAll(/^```\w*\n(.*?)^```/gms)].map((match) => match[1] ?? "");
  const spans = [...text.replace(/^```.*?^```/gms, "").matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
  const lines = [...blocks.flatMap((block) => block.split("\n")), ...spans];
  return lines.flatMap((line) => /(?:^|[\s(&|;"'])(claude-meter(?: [^|&;)#"]*)?)/.exec(line)?.[1]?.trim() ?? []);
}

/** Undefined when it can be typed; else what is wrong with it. */
function findFault(line: string): string | undefined {
  const [, first = "--json", ...rest] = line.split(" -- ")[0]?.split(/\s+/) ?? [];
  const isTable = first.startsWith("-") || first.startsWith("[");
  const command = commands.find(({ name }) => name === (isTable ? "rows" : first));
  if (!command) return `there is no command ${first}`;
  const known = [...listOptions(command).map(({ name }) => name), "--help", "--version"];
  const options = [...(isTable ? [first] : []), ...rest].flatMap((word) => /^\[?(--[a-z-]+)/.exec(word)?.[1] ?? []);
  const unknown = options.filter((option) => !known.includes(option));
  return unknown.length > 0 ? `${command.name} has no ${unknown.join(", ")}` : undefined;
}

describe("every command line can be typed", () => {
  test.each(documents)("in %s", (name) => {
    const faults = listCommandLines(read(name)).map((line) => [line, findFault(line)]);
    expect(faults.filter(([, fault]) => fault !== undefined)).toEqual([]);
  });

  test("of which there are many, or nothing would be checked", () => {
    expect(documents.flatMap((name) => listCommandLines(read(name))).length).toBeGreaterThan(80);
    expect(findFault("claude-meter frobnicate")).toBe("there is no command frobnicate");
    expect(findFault("claude-meter guard --frobnicate")).toBe("guard has no --frobnicate");
  });
});

describe("docs/troubleshooting.md", () => {
  const codes = Object.keys(findingWords).filter((code): code is Code => code in findingWords);

  test("explains every code of doctor, in doctor's own words, and no other", () => {
    const rows = read("docs/troubleshooting.md")
      .split("\n")
      .filter((line) => /^\| `[a-z-]+` \|/.test(line));
    expect(rows).toEqual(codes.map((code) => `| \`${code}\` | ${findingWords[code].means} | ${toStep(code)} |`));
  });

  function toStep(code: Code): string {
    return findingWords[code]
      .step("…")
      .replace(/^./, (letter) => letter.toUpperCase())
      .replace(/\.$/, "");
  }
});

describe("every link of the documents leads somewhere", () => {
  test.each(documents)("in %s", (name) => {
    const targets = [...read(name).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? "");
    const missing = targets.filter((target) => !isThere(join(root, name, "..", target)));
    expect(missing).toEqual([]);
  });

  function isThere(path: string): boolean {
    try {
      readFileSync(path);
      return true;
    } catch (error) {
      return error instanceof Error && error.message.startsWith("EISDIR");
    }
  }
});
