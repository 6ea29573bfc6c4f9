// `setup` and `uninstall` with the real program and real files: settings files of every kind, a running bridge.
import { chmod, lstat, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect } from "vitest";
import { jsonObjectSchema } from "../../shared/json.ts";
import { findFreePort } from "../harness/free-port.ts";
import { type Ended, runCli } from "../harness/program.ts";
import { test } from "../harness/test.ts";

let folder: string;
let path: string;

/** Holds the `claude` that is found on the PATH. */
let programs: string;

test.beforeEach(async ({ folder: own, sharedFolder }) => {
  folder = own;
  path = join(folder, "settings.json");
  programs = sharedFolder;
  await installClaude("2.1.332 (Claude Code)");
});

async function installClaude(version: string): Promise<void> {
  await writeFile(join(programs, "claude"), `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 });
}

function run(...args: string[]) {
  // No browser and no session of whoever runs the tests.
  const PATH = `${programs}:${process.env["PATH"]}`;
  const environment = { CLAUDE_CONFIG_DIR: folder, HOME: "/nonexistent", PATH };
  return runCli(folder, args, { environment });
}

const setUp = () => run("setup", "--claude-code", "--yes");
const takeOut = () => run("uninstall", "--claude-code", "--yes");

async function expectSaid(running: Promise<Ended>, code: number, words: string): Promise<void> {
  const ended = await running;
  expect(ended.stdout + ended.stderr).toContain(words);
  expect(ended.code).toBe(code);
}

function parseSettings(text: string) {
  return jsonObjectSchema.parse(JSON.parse(text.trim() || "{}"));
}

const otherHook = '{ "type": "command", "command": "say done" }';
const ownStatusLine = '"statusLine": { "type": "command", "command": "~/.claude/line.sh", "padding": 0 }';

const taken = [
  ["nothing", ""],
  ["white space", " \n\n"],
  ["an empty object", "{}"],
  ["an empty object and a line end", "{}\n"],
  ["an empty object with a blank in it", "{ }"],
  ["an empty object over two lines", "{\n}\n"],
  ["an empty object over two lines of Windows", "{\r\n}\r\n"],
  ["one setting", '{\n  "model": "opus"\n}\n'],
  ["no line end at the end", '{\n  "model": "opus"\n}'],
  ["many line ends at the end", '{\n  "model": "opus"\n}\n\n\n'],
  ["CRLF", '{\r\n  "model": "opus",\r\n  "env": {\r\n    "A": "1"\r\n  }\r\n}\r\n'],
  ["tabs", '{\n\t"model": "opus",\n\t"env": {\n\t\t"A": "1"\n\t}\n}\n'],
  ["four spaces", '{\n    "model": "opus"\n}\n'],
  ["one line", '{ "model": "opus", "env": { "A": "1" } }'],
  ["no white space at all", '{"model":"opus","env":{"A":"1"}}'],
  ["keys that look like numbers", '{"10":1,"2":[],"model":"opus"}'],
  ["a key __proto__", '{"__proto__":{"x":1},"model":"opus"}'],
  ["numbers that JavaScript would round", '{"a":12345678901234567890,"b":1.0,"c":1E5}'],
  ["escapes", '{"a":"\\u00e4\\/\\t","b":"ä"}'],
  ["one key twice", '{"model":"opus","model":"sonnet"}'],
  ["lists on one line", '{\n  "permissions": {"allow": ["Bash(ls)", "Read"], "deny": []}\n}\n'],
  ["hooks of others", `{\n  "hooks": {\n    "Stop": [\n      { "hooks": [ ${otherHook} ] }\n    ]\n  }\n}\n`],
  [
    "hooks of others on one line",
    `{"hooks":{"PreToolUse":[{"matcher":"Bash","hooks":[${otherHook}]}]},"model":"opus"}`,
  ],
  ["hooks for other events", `{\n  "hooks": {\n    "SessionStart": [{\n      "hooks": [${otherHook}]\n    }]\n  }\n}`],
  ["empty hooks", '{\n  "hooks": {}\n}\n'],
  ["an empty event", '{\n  "hooks": {\n    "Stop": []\n  }\n}\n'],
  ["a status line of the user's own", `{\n  ${ownStatusLine}\n}\n`],
  ["a status line that is switched off", '{\n  "statusLine": null\n}\n'],
  ["our words in a text", '{\n  "env": { "NOTE": "claude-meter statusline" }\n}\n'],
  ["text in all scripts", '{\n  "language": "日本語 🎉 \u{202E}"\n}\n'],
  ["a large file", `{\n${Array.from({ length: 3_000 }, (_, n) => `  "key${n}": ${n}`).join(",\n")}\n}\n`],
] as const;

describe("settings with", () => {
  test.each(taken)("%s get our hooks, and are the same to the byte after uninstall", async (_name, text) => {
    await writeFile(path, text);
    await chmod(path, 0o640);

    expect(await setUp()).toMatchObject({ code: 0, stderr: "" });
    const written = await readFile(path, "utf8");
    const { hooks, statusLine, ...others } = parseSettings(text);
    expect(parseSettings(written)).toMatchObject(others);
    expect(written.match(/hook (user-prompt|pre-tool|stop-failure|stop|session-start)\b/g)).toHaveLength(5);
    expect((await stat(path)).mode & 0o777).toBe(0o640);

    expect((await setUp()).stdout).toContain("Nothing to change");
    expect(await readFile(path, "utf8")).toBe(written);

    expect(await takeOut()).toMatchObject({ code: 0, stderr: "" });
    expect(await readFile(path, "utf8")).toBe(text);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await readdir(folder)).toEqual(["settings.json"]);
  });
});

const refused = [
  ["comments", '{\n  // mine\n  "model": "opus"\n}\n'],
  ["a comma too many", '{\n  "model": "opus",\n}\n'],
  ["a byte order mark", "\u{FEFF}{}\n"],
  ["half an object", '{\n  "model": "op'],
  ["a list", "[]\n"],
  ["hooks in another form", '{ "hooks": [] }\n'],
  ["UTF-16", Buffer.from("\u{FEFF}{}", "utf16le")],
  ["bytes that are no text", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
] as const;

describe("settings that are", () => {
  test.each(refused)("%s are left alone, in words", async (_name, content) => {
    await writeFile(path, content);
    const before = await readFile(path);
    const ended = await setUp();
    expect(ended).toMatchObject({ code: 69, stdout: "" });
    expect(ended.stderr).toContain(path);
    expect(await readFile(path)).toEqual(before);
    expect(await readdir(folder)).toEqual(["settings.json"]);
  });

  test("read-only are left alone, in words", async () => {
    await writeFile(path, "{}\n", { mode: 0o444 });
    await expectSaid(setUp(), 69, "read-only");
    expect(await readFile(path, "utf8")).toBe("{}\n");
    expect(await readdir(folder)).toEqual(["settings.json"]);
  });

  test("a broken link are left alone, in words", async () => {
    await symlink(join(folder, "gone.json"), path);
    await expectSaid(setUp(), 69, "is a broken link");
    expect(await readdir(folder)).toEqual(["settings.json"]);
  });
});

test("a linked file is changed where it is, and stays a link", async () => {
  const dotfiles = join(folder, "dotfiles");
  await mkdir(dotfiles);
  await writeFile(join(dotfiles, "claude.json"), '{ "model": "opus" }\n');
  await symlink(join("dotfiles", "claude.json"), path);

  expect((await setUp()).code).toBe(0);
  expect((await lstat(path)).isSymbolicLink()).toBe(true);
  expect(await readFile(join(dotfiles, "claude.json"), "utf8")).toContain("hook pre-tool");
  expect(await readdir(dotfiles)).toEqual(["claude.json"]);

  expect((await takeOut()).code).toBe(0);
  expect(await readFile(join(dotfiles, "claude.json"), "utf8")).toBe('{ "model": "opus" }\n');
  expect(await readdir(folder)).toEqual(["dotfiles", "settings.json"]);
});

test("without a settings file there is one after setup, closed to others, and none after uninstall", async () => {
  await rm(folder, { recursive: true });
  expect((await setUp()).code).toBe(0);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await readFile(path, "utf8")).endsWith("}\n")).toBe(true);
  expect((await takeOut()).code).toBe(0);
  expect(await readdir(folder)).toEqual([]);
});

test("what the user changes between setup and uninstall stays, and so does the copy from before", async () => {
  await writeFile(path, '{\n  "model": "opus"\n}\n');
  await setUp();
  await writeFile(path, (await readFile(path, "utf8")).replace('"opus"', '"sonnet"'));
  const ended = await takeOut();
  expect(ended.stdout).toContain("settings.json.before-claude-meter");
  expect(await readFile(path, "utf8")).toBe('{\n  "model": "sonnet"\n}\n');
  expect(await readFile(`${path}.before-claude-meter`, "utf8")).toBe('{\n  "model": "opus"\n}\n');
});

test("a status line of the user's own stays, and the line to have ours instead is printed", async () => {
  await writeFile(path, `{\n  ${ownStatusLine}\n}\n`);
  const { stdout } = await setUp();
  expect(stdout).toMatch(/"statusLine": \{"type":"command","command":".*statusline","refreshInterval":60\}/);
  expect(await readFile(path, "utf8")).toContain(ownStatusLine);
});

/** What version 0.1.0 wrote into empty settings. */
const OLDER_HOOKS = {
  UserPromptSubmit: [{ hooks: [{ type: "command", command: "claude-meter hook user-prompt", timeout: 10 }] }],
  PreToolUse: [{ matcher: "*", hooks: [{ type: "command", command: "claude-meter hook pre-tool", timeout: 10 }] }],
  Stop: [{ hooks: [{ type: "command", command: "claude-meter hook stop", timeout: 10 }] }],
};

describe("an older setup", () => {
  test.each(["2.1.332 (Claude Code)", "2.1.77 (Claude Code)"])(
    "is brought up to date for %s, and gone after uninstall",
    async (version) => {
      const before = '{\n  "model": "opus"\n}\n';
      await writeFile(`${path}.before-claude-meter`, before);
      const statusLine = { type: "command", command: "claude-meter statusline", refreshInterval: 60 };
      await writeFile(path, `${JSON.stringify({ model: "opus", hooks: OLDER_HOOKS, statusLine }, null, 2)}\n`);
      await installClaude(version);
      const doctor = async () => (await run("doctor")).stdout.includes("An older version of claude-meter set up");
      expect(await doctor()).toBe(true);

      expect(await setUp()).toMatchObject({ code: 0, stderr: "" });
      const written = await readFile(path, "utf8");
      expect(written).toContain("hook user-prompt --spread 40s");
      expect(written.includes("hook stop-failure")).toBe(version.startsWith("2.1.332"));
      expect(await doctor()).toBe(false);

      expect(await takeOut()).toMatchObject({ code: 0, stderr: "" });
      expect(await readFile(path, "utf8")).toBe(before);
      expect(await readdir(folder)).not.toContain("settings.json.before-claude-meter");
    },
  );
});

test("a hook for which the installed Claude Code would reject the file is left out, in words", async () => {
  await installClaude("1.0.60 (Claude Code)");
  await expectSaid(setUp(), 0, "The StopFailure and SessionStart hooks are left out");
  expect(await readFile(path, "utf8")).not.toMatch(/StopFailure|SessionStart/);
});

test("--dry-run shows the change and makes none", async () => {
  await writeFile(path, "{}\n");
  await expectSaid(run("setup", "--claude-code", "--dry-run"), 0, '+   "hooks": {');
  expect(await readFile(path, "utf8")).toBe("{}\n");
  expect(await readdir(folder)).toEqual(["settings.json"]);
});

test("--yes names the file it writes, in one line, and shows nothing of it", async () => {
  await writeFile(path, "{}\n");
  expect((await setUp()).stdout).toMatch(/^write \S+settings\.json\nDone\. [^\n]*\n$/);
});

test("nothing is written when there is nobody to ask", async () => {
  await writeFile(path, "{}\n");
  await expectSaid(run("setup", "--claude-code"), 64, "--yes");
  expect(await readFile(path, "utf8")).toBe("{}\n");
});

test("uninstall without a name takes out everything, whatever else is in the way", async () => {
  await setUp();
  expect((await run("uninstall", "--yes")).code).toBe(0);
  expect(await readdir(folder)).toEqual([]);
  await writeFile(path, "{ // comments\n}");
  await expectSaid(run("uninstall", "--yes"), 0, "Nothing to change");
});

test("uninstall where nothing was set up says so", async () => {
  await writeFile(path, "{ }");
  await expectSaid(takeOut(), 0, "Nothing to change");
  expect(await readFile(path, "utf8")).toBe("{ }");
});

describe("a bridge that runs", () => {
  const start = async () => {
    const environment = { CLAUDE_METER_PORT: String(await findFreePort()) };
    expect((await runCli(folder, ["bridge", "start"], { environment })).code).toBe(0);
  };

  // Whatever a test found out, no bridge stays.
  afterEach(async () => {
    await run("bridge", "stop");
  });

  test("is stopped by uninstall, which says where the readings are", async () => {
    await start();
    expect((await run("uninstall", "--dry-run")).stdout).toMatch(/stop the bridge \(pid \d+\)/);
    const ended = await run("uninstall", "--yes");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain(`Readings are kept in ${folder}`);
    expect((await run("bridge", "status")).code).toBe(69);
    // The mark of a stop by hand would keep a later setup from working.
    expect(await readdir(folder)).not.toContain("stopped");
  });

  test("leaves nothing behind after uninstall --purge", async () => {
    await start();
    expect(await run("uninstall", "--purge", "--yes")).toMatchObject({ code: 0, stderr: "" });
    await expect(stat(folder)).rejects.toThrow("ENOENT");
  });

  test("stays, with all its files, when its folder holds something else", async () => {
    await start();
    await writeFile(join(folder, "thesis.odt"), "");
    await expectSaid(run("uninstall", "--purge", "--yes"), 69, "thesis.odt");
    expect((await run("bridge", "status")).code).toBe(0);
    expect(await readdir(folder)).toContain("lock.db");
  });
});

test("no login starts a bridge that was stopped by hand", async () => {
  const environment = { CLAUDE_METER_PORT: String(await findFreePort()) };
  const bridge = (...args: string[]) => runCli(folder, ["bridge", ...args], { environment });
  expect((await bridge("start", "--at-login")).code).toBe(0);
  expect((await bridge("status")).code).toBe(0);
  await bridge("stop");
  expect(await bridge("start", "--at-login")).toMatchObject({ code: 0, stdout: "", stderr: "" });
  expect((await bridge("status")).code).toBe(69);
});

test("setup --tmux shows the lines, with this program in them, and writes nothing", async () => {
  const { stdout, code } = await run("setup", "--tmux");
  expect(stdout).toMatch(/^set -g status-right "#\(.*(claude-meter|cli\.js) line --format/m);
  expect(code).toBe(0);
  expect(await readdir(folder)).toEqual([]);
});
