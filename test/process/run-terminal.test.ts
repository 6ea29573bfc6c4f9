// `run` in a terminal: what the command sees of it, and Ctrl-C. The terminal is made by `script` of util-linux.
import { spawn, spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CLI_PATH } from "../harness/run-cli.ts";
import { createRunHome, type RunHome, script } from "../harness/run-home.ts";

const HAS_TERMINAL = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;
const CTRL_C = "\u0003";
const ASK = "console.log([process.stdin, process.stdout].map((stream) => stream.isTTY === true).join())";

let home: RunHome;
beforeEach(async () => {
  home = await createRunHome();
});
afterEach(() => home.remove());

type Shown = { text: string; code: number | null };

/** Types Ctrl-C once `typeAfter` is on the screen. */
function runInTerminal(args: readonly string[], typeAfter?: string): Promise<Shown> {
  const words = [process.execPath, CLI_PATH, "run", ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const { NODE_OPTIONS, ...inherited } = process.env;
  const terminal = spawn("script", ["-qefc", `exec ${words.join(" ")}`, "/dev/null"], {
    env: { ...inherited, SHELL: "/bin/sh", CLAUDE_METER_HOME: home.folder, CLAUDE_CONFIG_DIR: home.folder },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let text = "";
  let hasTyped = false;
  terminal.stdout.setEncoding("utf8").on("data", (shown: string) => {
    text += shown;
    if (typeAfter === undefined || hasTyped || !text.includes(typeAfter)) return;
    hasTyped = true;
    terminal.stdin.write(CTRL_C);
  });
  return new Promise((resolve, reject) => {
    terminal.on("error", reject);
    terminal.on("close", (code) => resolve({ text, code }));
  });
}

if (HAS_TERMINAL) {
  describe("the command sees", () => {
    test("the terminal on stdin only, so that its output can be watched", async () => {
      const { text, code } = await runInTerminal(["--", process.execPath, "-e", ASK]);
      expect([text.trim(), code]).toEqual(["true,false", 0]);
    });

    test("all of it with --tty, and then nothing is watched", async () => {
      expect((await runInTerminal(["--tty", "--", process.execPath, "-e", ASK])).text.trim()).toBe("true,true");
      const limit = script({ out: "You've hit your session limit · resets 3pm\n" }, { code: 1 });
      expect((await runInTerminal(["--tty", "--", ...limit])).code).toBe(1);
      expect((await runInTerminal(["--", ...limit])).code).toBe(75);
    });
  });

  describe("Ctrl-C reaches the command once", () => {
    const answers = script({ on: "SIGINT", code: 5 }, { out: "up\n" }, { stay: true });

    test.each([{ args: [] }, { args: ["--tty"] }])("with $args", async ({ args }) => {
      const { text, code } = await runInTerminal([...args, "--", ...answers], "up");
      expect(text.match(/got SIGINT/g)).toHaveLength(1);
      expect(code).toBe(5);
    });
  });
} else {
  test("there is no terminal to be had here, so nothing was checked in one", () => {
    expect(HAS_TERMINAL).toBe(false);
  });
}
