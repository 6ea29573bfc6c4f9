// Help in 80 columns: nothing is wider, nothing is lost, and what belongs together stays together.
import { describe, expect, test } from "vitest";
import { commands } from "../../../../bridge/cli/commands.ts";
import { formatCommandHelp, formatHelp } from "../../../../bridge/cli/help/format-help.ts";
import { wrapHelp } from "../../../../bridge/cli/help/wrap.ts";

const text = [
  "claude-meter hook user-prompt|stop [--warn 80] [--max 95] [--model <name>]",
  "",
  "  user-prompt   from --warn on adds one line for the agent; from --max on holds back",
  "  stop          tells you",
  "",
  "  Answers in JSON on stdout. Exit code: 0, or 64 when the command line is wrong.",
  "Options everywhere: --help. `claude-meter help <command>` shows details.",
  "Examples:",
  "  claude-meter hook pre-tool --allow-tool Write,TodoWrite,Read # a note can be written",
  "",
].join("\n");

test("a line goes on under its meaning, a usage under its command, an example above its own", () => {
  expect(wrapHelp(text, 60)).toBe(
    [
      "claude-meter hook user-prompt|stop [--warn 80]",
      "    [--max 95] [--model <name>]",
      "",
      "  user-prompt   from --warn on adds one line for the agent;",
      "                from --max on holds back",
      "  stop          tells you",
      "",
      "  Answers in JSON on stdout. Exit code: 0, or 64 when the",
      "  command line is wrong.",
      "Options everywhere: --help. `claude-meter help <command>`",
      "shows details.",
      "Examples:",
      "  claude-meter hook pre-tool --allow-tool Write,TodoWrite,Read",
      "        # a note can be written",
      "",
    ].join("\n"),
  );
});

test("where the meaning has no room beside its term it stands below", () => {
  expect(wrapHelp("  user-prompt   adds one line for the agent", 32)).toBe(
    ["  user-prompt", "      adds one line for the", "      agent"].join("\n"),
  );
});

describe.each([50, 80, 200])("in %i columns", (columns) => {
  const texts = [formatHelp(), ...commands.map(formatCommandHelp)];

  test("no help is wider, but for a command that is copied", () => {
    for (const help of texts) {
      const commands = help.slice(help.lastIndexOf("Examples:"));
      const lines = wrapHelp(help, columns).split("\n");
      expect(lines.filter((line) => line.length > columns && !commands.includes(line))).toEqual([]);
    }
  });

  test("no word is lost", () => {
    for (const help of texts) expect(wrapHelp(help, columns).split(/\s+/)).toEqual(help.split(/\s+/));
  });
});

test("what fits stays as it is", () => {
  expect(wrapHelp(text, 200)).toBe(text);
});
