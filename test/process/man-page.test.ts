// The man page that the build makes: complete, and without a word from the checkers of roff.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { commands } from "../../bridge/cli/commands.ts";
import { listOptions, listWords, toWritten } from "../../bridge/cli/help/command-help.ts";
import packageFile from "../../package.json" with { type: "json" };
import { isOnPath } from "../harness/is-on-path.ts";
import { runProgram } from "../harness/run-program.ts";

const path = fileURLToPath(new URL(`../../${packageFile.man[0]}`, import.meta.url));

test("the package's man page has every command with its options and examples", () => {
  expect(existsSync(path)).toBe(true);
  const page = readFileSync(path, "utf8").replaceAll("\\-", "-").replaceAll("\\[u2026]", "…").replaceAll("\\e", "\\");
  expect(page).toContain(packageFile.version);
  for (const command of commands) {
    expect(page).toContain(`\n${command.usage}\n`);
    for (const item of [...listWords(command), ...listOptions(command)])
      expect(page).toContain(`\n\\fB${toWritten(item)}\\fR\n`);
    for (const [line] of command.examples) expect(page).toContain(`\n\\fB${line}\\fR\n`);
  }
});

test.runIf(isOnPath("mandoc"))("mandoc has nothing to say about it", async () => {
  expect(await runProgram("mandoc", ["-Tlint", path])).toEqual({ stdout: "", stderr: "", code: 0 });
});

test.runIf(isOnPath("man"))("man shows it without a warning", async () => {
  const environment = { LC_ALL: "C.UTF-8", MANWIDTH: "100", PAGER: "cat" };
  const { stdout, stderr, code } = await runProgram("man", ["--warnings", "-l", path], { environment });
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  expect(stdout).toContain("CLAUDE-METER(1)");
});

test.runIf(!isOnPath("mandoc"))("without mandoc every line of it is text or a macro that we know", () => {
  console.log("mandoc is not on the PATH (apt-get install mandoc): the man page was read by our own eyes only");
  const macros = readFileSync(path, "utf8").match(/^\.\S+/gm) ?? [];
  expect([...new Set(macros)].toSorted()).toEqual([
    ".B",
    ".BR",
    ".PP",
    ".SH",
    ".SS",
    ".TH",
    ".TP",
    ".fi",
    ".nf",
    ".sp",
  ]);
});
