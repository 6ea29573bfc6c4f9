// Which commands in somebody's settings are ours, and which only look like it.
import { describe, expect, test } from "vitest";
import { parseOwnCommand, toCurrentCommand, toOutliving } from "../../../../bridge/cli/setup/own-command.ts";

describe("a command is ours:", () => {
  const cases = [
    ["claude-meter statusline", "claude-meter", " statusline"],
    ["claude-meter hook pre-tool --max 90", "claude-meter", " hook pre-tool --max 90"],
    ["claude-meter.cmd hook stop", "claude-meter.cmd", " hook stop"],
    ["/usr/local/bin/claude-meter hook user-prompt", "/usr/local/bin/claude-meter", " hook user-prompt"],
    ["/usr/bin/node /opt/cm/dist/bridge/cli.js statusline", "/usr/bin/node /opt/cm/dist/bridge/cli.js", " statusline"],
    [
      "'/home/a b/node' '/home/a b/claude-meter/dist/bridge/cli.js' hook stop",
      "'/home/a b/node' '/home/a b/claude-meter/dist/bridge/cli.js'",
      " hook stop",
    ],
    [
      '"C:/Program Files/node.exe" "C:/x/bridge/cli.js" statusline',
      '"C:/Program Files/node.exe" "C:/x/bridge/cli.js"',
      " statusline",
    ],
    ["CLAUDE_METER_HOME=/x claude-meter statusline", "CLAUDE_METER_HOME=/x claude-meter", " statusline"],
  ] as const;
  test.each(cases)("%s", (command, program, rest) => {
    expect(parseOwnCommand(command)).toEqual({ before: "", program, rest });
  });
});

test("a command that outlives `claude -p` is ours, and its program is renewed", () => {
  const own = parseOwnCommand(toOutliving("/old/node /old/bridge/cli.js hook stop-failure", "linux"));
  expect(own?.program).toBe("/old/node /old/bridge/cli.js");
  expect(own && toCurrentCommand(own, "claude-meter")).toBe(toOutliving("claude-meter hook stop-failure", "linux"));
  expect(toOutliving("claude-meter hook stop-failure", "win32")).toBe("claude-meter hook stop-failure");
});

describe("a command is somebody else's:", () => {
  const cases = [
    "my-claude-meter statusline",
    "claude-meter-next hook stop",
    "claude-meter guard --max 90",
    "claude-meter hook pre-toolkit",
    "claude-meter statuslines",
    "echo claude-meter",
    "npx ccusage statusline",
    "node /opt/other/cli.js statusline",
    "",
    undefined,
    null,
    7,
    { command: "claude-meter statusline" },
  ];
  test.each(cases)("%j", (command) => {
    expect(parseOwnCommand(command)).toBeUndefined();
  });
});

describe("a command of an older installation", () => {
  const cases = [
    ["/old/node /old/bridge/cli.js hook stop", "/new/node /new/bridge/cli.js hook stop"],
    [
      "'/old one/node' '/old one/bridge/cli.js' hook pre-tool --max 90",
      "/new/node /new/bridge/cli.js hook pre-tool --max 90",
    ],
    ["claude-meter statusline --format '{5h}'", "/new/node /new/bridge/cli.js statusline --format '{5h}'"],
    ["nice claude-meter statusline", "nice claude-meter statusline"],
    ["/home/me/bin/claude-meter statusline", "/home/me/bin/claude-meter statusline"],
  ] as const;
  test.each(cases)("%s becomes %s", (command, current) => {
    const own = parseOwnCommand(command);
    expect(own && toCurrentCommand(own, "/new/node /new/bridge/cli.js")).toBe(current);
  });
});
