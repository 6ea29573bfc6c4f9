// What setup puts into the text of a settings file and uninstall takes out again.
import { describe, expect, test } from "vitest";
import {
  addToSettings,
  findProgramIn,
  listOutdated,
  removeFromSettings,
} from "../../../../bridge/cli/setup/claude-code-settings.ts";
import { toOutliving } from "../../../../bridge/cli/setup/own-command.ts";

const PROGRAM = "claude-meter";
const client = { knowsStopFailure: true };
const olderClient = { knowsStopFailure: false };

function setUp(settings: unknown, of = client): unknown {
  return JSON.parse(addToSettings(JSON.stringify(settings), PROGRAM, of).text);
}

const stop = { hooks: [{ type: "command", command: "claude-meter hook stop", timeout: 10 }] };
const prompt = {
  hooks: [{ type: "command", command: "claude-meter hook user-prompt --spread 40s", timeout: 60 }],
};
const failure = {
  matcher: "rate_limit",
  hooks: [{ type: "command", command: toOutliving("claude-meter hook stop-failure"), timeout: 10 }],
};
const start = {
  matcher: "startup",
  hooks: [{ type: "command", command: "claude-meter hook session-start", timeout: 10 }],
};
const tool = { matcher: "*", hooks: [{ type: "command", command: "claude-meter hook pre-tool", timeout: 10 }] };
const statusLine = { type: "command", command: "claude-meter statusline", refreshInterval: 60 };
const all = {
  hooks: {
    UserPromptSubmit: [prompt],
    PreToolUse: [tool],
    Stop: [stop],
    StopFailure: [failure],
    SessionStart: [start],
  },
  statusLine,
};
/** As version 0.1.0 wrote it. */
const older = {
  hooks: {
    UserPromptSubmit: [{ hooks: [{ type: "command", command: "claude-meter hook user-prompt", timeout: 10 }] }],
    PreToolUse: [tool],
    Stop: [stop],
  },
  statusLine,
};

describe("setup", () => {
  test("fills empty settings", () => {
    expect(setUp({})).toEqual(all);
  });

  test("puts its hooks behind those of others", () => {
    const other = { matcher: "Bash", hooks: [{ type: "command", command: "check.sh" }] };
    expect(setUp({ hooks: { PreToolUse: [other], SessionStart: [other] } })).toEqual({
      hooks: {
        PreToolUse: [other, tool],
        SessionStart: [other, start],
        UserPromptSubmit: [prompt],
        Stop: [stop],
        StopFailure: [failure],
      },
      statusLine,
    });
  });

  test("leaves a status line of the user's own and tells of it", () => {
    const own = { type: "command", command: "~/.claude/statusline.sh" };
    const { text, hasForeignStatusLine } = addToSettings(JSON.stringify({ statusLine: own }), PROGRAM, client);
    expect(JSON.parse(text)).toMatchObject({ statusLine: own });
    expect(hasForeignStatusLine).toBe(true);
  });

  test("changes nothing the second time", () => {
    const once = addToSettings('{\n\t"model": "opus"\n}\n', PROGRAM, client).text;
    expect(addToSettings(once, PROGRAM, client)).toEqual({ text: once, hasForeignStatusLine: false });
  });

  test("keeps the options that a user gave a hook, and renews the program before them", () => {
    const edited = addToSettings("{}", "/old/node /old/bridge/cli.js", client).text.replace(
      "pre-tool",
      "pre-tool --max 90",
    );
    const { text } = addToSettings(edited, PROGRAM, client);
    expect(text).toContain('"claude-meter hook pre-tool --max 90"');
    expect(text).not.toContain("/old/");
  });

  test("takes a hook for there when the user has moved it into a group of his own", () => {
    const group = { hooks: [{ type: "command", command: "other" }, ...stop.hooks] };
    expect(setUp({ hooks: { Stop: [group] } })).toMatchObject({ hooks: { Stop: [group] } });
  });

  test("leaves out the hooks for which an older Claude Code would reject the file", () => {
    const { StopFailure: _, SessionStart: __, ...hooks } = all.hooks;
    expect(setUp({}, olderClient)).toEqual({ hooks, statusLine });
    const other = { hooks: [{ type: "command", command: "log.sh" }] };
    expect(setUp({ hooks: { StopFailure: [other] } }, olderClient)).toMatchObject({
      hooks: { StopFailure: [other, failure] },
    });
  });

  test("brings an older setup up to date, and touches nothing else", () => {
    expect(setUp(older)).toEqual(all);
    const text = JSON.stringify({ model: "opus", ...older }, null, "\t");
    const untouched = text.replaceAll("claude-meter hook stop", "claude-meter hook stop --max 97");
    const { text: updated } = addToSettings(untouched, PROGRAM, olderClient);
    const back = updated.replace(" --spread 40s", "").replace('"timeout": 60', '"timeout": 10');
    expect(back).toBe(untouched);
  });

  test("keeps the options of an older setup, and a time that the user chose", () => {
    const toHook = (command: string, timeout: number) => ({
      hooks: { UserPromptSubmit: [{ hooks: [{ timeout, type: "command", command }] }] },
    });
    expect(setUp(toHook("claude-meter hook user-prompt --warn 70", 10))).toMatchObject(
      toHook("claude-meter hook user-prompt --spread 40s --warn 70", 60),
    );
    for (const kept of [
      toHook("claude-meter hook user-prompt", 30),
      toHook("claude-meter hook user-prompt --spread 2s", 10),
    ]) {
      expect(setUp(kept)).toMatchObject(kept);
    }
  });

  test.each([
    ["a list", "[]"],
    ["text", '"settings"'],
    ["null", "null"],
    ["hooks that are a list", '{"hooks":[]}'],
    ["hooks that are null", '{"hooks":null}'],
    ["an event that is no list", '{"hooks":{"Stop":{}}}'],
    ["comments", '{\n  // mine\n  "model": "opus"\n}'],
    ["a comma too many", '{"model":"opus",}'],
    ["a byte order mark", "\u{FEFF}{}"],
    ["half of it", '{"hooks":{"Stop":['],
  ])("refuses %s", (_name, text) => {
    expect(() => addToSettings(text, PROGRAM, client)).toThrow(/Claude Code (cannot read|expects)/);
  });
});

describe("uninstall", () => {
  test.each([
    ["nothing but ours", all, {}],
    ["ours without the status line", { hooks: all.hooks }, {}],
    [
      "ours beside another's",
      { hooks: { Stop: [{ hooks: [{ command: "x" }] }, stop] } },
      { hooks: { Stop: [{ hooks: [{ command: "x" }] }] } },
    ],
    [
      "ours in another's group",
      { hooks: { Stop: [{ hooks: [{ command: "x" }, ...stop.hooks] }] } },
      { hooks: { Stop: [{ hooks: [{ command: "x" }] }] } },
    ],
    ["ours twice", { hooks: { Stop: [stop, stop], SubagentStop: [stop] } }, {}],
    ["another's status line", { statusLine: { command: "x" } }, { statusLine: { command: "x" } }],
    [
      "settings of strange shapes",
      { hooks: { Stop: [null, 1, { hooks: 2 }, { hooks: [3] }], Other: "x" } },
      { hooks: { Stop: [null, 1, { hooks: 2 }, { hooks: [3] }], Other: "x" } },
    ],
    ["an empty event of the user's", { hooks: { Stop: [], PreToolUse: [tool] } }, { hooks: { Stop: [] } }],
  ])("from %s leaves what is not ours", (_name, settings, left) => {
    expect(JSON.parse(removeFromSettings(JSON.stringify(settings)))).toEqual(left);
  });

  test.each([
    '{"model":"opus"}',
    '{\n  "a": 1\n}\n',
    '{\r\n\t"hooks": {\r\n\t\t"Stop": [{ "hooks": [] }]\r\n\t}\r\n}',
    "{}\n",
  ])("leaves %j to the byte as it was", (text) => {
    const edited = addToSettings(text, PROGRAM, client).text;
    expect(findProgramIn(edited)).toBe(PROGRAM);
    expect(removeFromSettings(edited)).toBe(text);
  });
});

test.each([
  ["nothing of ours", { hooks: { Stop: [{ hooks: [{ command: "x" }] }] } }, undefined],
  ["all of it", all, []],
  ["an older setup", older, ["StopFailure", "SessionStart", "UserPromptSubmit"]],
  ["one hook taken out", { ...all, hooks: { ...all.hooks, PreToolUse: [] } }, ["PreToolUse"]],
])("what setup would add to %s is named", (_name, settings, missing) => {
  expect(listOutdated(JSON.stringify(settings), client)).toEqual(missing);
});
