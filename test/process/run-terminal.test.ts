// `run` in a terminal: what the command sees of it, and Ctrl-C. The terminal is made by `script` of util-linux.
import { describe, expect } from "vitest";
import type { Home } from "../harness/home.ts";
import { CLI_PATH, startProgram } from "../harness/program.ts";
import { createCalmRow } from "../harness/recent-row.ts";
import { requireTool } from "../harness/require-tool.ts";
import { script } from "../harness/stand-in-agent.ts";
import { test } from "../harness/test.ts";

const CTRL_C = "\u0003";
const ASK = "console.log([process.stdin, process.stdout].map((stream) => stream.isTTY === true).join())";

let home: Home;
test.beforeEach(async ({ home: own }) => {
  home = own;
  await home.publish(createCalmRow());
});

type Shown = { text: string; code: number | null };

/** Types Ctrl-C once `typeAfter` is on the screen. */
async function runInTerminal(args: readonly string[], typeAfter?: string): Promise<Shown> {
  const words = [process.execPath, CLI_PATH, "run", ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const terminal = startProgram("script", ["-qefc", `exec ${words.join(" ")}`, "/dev/null"], {
    environment: { SHELL: "/bin/sh", HOME: home.folder, CLAUDE_METER_HOME: home.folder },
    stdin: { kind: "open" },
  });
  if (typeAfter !== undefined) {
    await terminal.hasPrinted(typeAfter);
    terminal.child.stdin?.write(CTRL_C);
  }
  const { stdout, code } = await terminal.ended;
  return { text: stdout, code };
}

describe.runIf(process.platform === "linux" && requireTool("script"))("in a terminal", () => {
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
});
