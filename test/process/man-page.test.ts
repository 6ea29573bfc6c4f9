// The man page that the build makes: complete, and without a word from the checkers of roff.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { commands } from "../../bridge/cli/commands.ts";
import { listOptions, listWords, toWritten } from "../../bridge/cli/help/command-help.ts";
import packageFile from "../../package.json" with { type: "json" };
import { runProgram } from "../harness/program.ts";
import { requireTool } from "../harness/require-tool.ts";

const path = fileURLToPath(new URL(`../../${packageFile.man[0]}`, import.meta.url));

test("the package's man page has every command with its options and examples", () => {
  expect(existsSync(path)).toBe(true);
  const page = readFileSync(path, "utf8").replaceAll("\\-", "-").replaceAll("\\[u2026]", "…").replaceAll("\\e", "\\");
  expect(page).toContain(packageFile.version);
  for (const command of commands) {
    // A long one goes on in a further line.
    expect(page.replaceAll("\n    ", " ")).toContain(`\n${command.usage}\n`);
    for (const item of [...listWords(command), ...listOptions(command)])
      expect(page).toContain(`\n\\fB${toWritten(item)}\\fR\n`);
    for (const [line] of command.examples) expect(page).toContain(`\n\\fB${line}\\fR\n`);
  }
});

test.runIf(requireTool("mandoc"))("mandoc has nothing to say about it", async () => {
  expect(await runProgram("mandoc", ["-Tlint", path])).toMatchObject({ stdout: "", stderr: "", code: 0 });
});

test.runIf(requireTool("man"))("man shows it without a warning", async () => {
  const environment = { LC_ALL: "C.UTF-8", MANWIDTH: "100", PAGER: "cat" };
  const { stdout, stderr, code } = await runProgram("man", ["--warnings", "-l", path], { environment });
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  expect(stdout).toContain("CLAUDE-METER(1)");
});
