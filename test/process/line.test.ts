// The status line as tmux and prompts run it: it always ends with 0, and what strangers named does not act.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { writeRows, writeStatusText } from "../harness/home.ts";
import { runCli, runProgram } from "../harness/program.ts";
import { createRecentRow, toMoment } from "../harness/recent-row.ts";
import { requireTool } from "../harness/require-tool.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";

let folder: string;
const line = (...args: string[]) => runCli(folder, ["line", ...args]);

test.beforeEach(({ folder: own }) => {
  folder = own;
});

const MINUTE = 60_000;
const writeWindow = (ageMs = 5_000) =>
  writeRows(folder, [createRecentRow({ ageMs, windows: [{ utilization: 42, resets_at: toMoment(131 * MINUTE) }] })]);

describe("a line", () => {
  test("shows the number that binds and when it resets", async () => {
    await writeWindow();
    expect(await line()).toMatchObject({ stdout: "42% 2 h 11 min\n", stderr: "", code: 0 });
  });

  test("follows a template", async () => {
    await writeWindow();
    expect((await line("--format", "5h {5h}% ({reset}) {state}")).stdout).toBe("5h 42% (2 h 11 min) fresh\n");
  });

  test("says that it is stale", async () => {
    await writeWindow(20 * MINUTE);
    expect((await line()).stdout).toBe("42% 2 h 11 min (stale, 20 min)\n");
  });

  test.each([
    { name: "no file", write: async () => {}, args: [] },
    { name: "a torn file", write: () => writeStatusText(folder, "{"), args: [] },
    { name: "an unknown account", write: () => writeWindow(), args: ["--account", "nobody"] },
    { name: "a wrong option", write: () => writeWindow(), args: ["--fromat", "{5h}"] },
    {
      name: "two accounts",
      write: () =>
        writeRows(
          folder,
          ["a", "b"].map((each) => createRecentRow({ org_uuid: `00000000-0000-4000-8000-00000000000${each}` })),
        ),
      args: [],
    },
  ])("is a question mark for $name, and never fails", async ({ write, args }) => {
    await write();
    expect(await line(...args)).toMatchObject({ stdout: "?\n", code: 0 });
  });
});

test.runIf(requireTool("tmux") && requireTool("python3"))(
  "a window's name that holds a command of tmux does not run in tmux",
  async () => {
    const marker = (name: string) => join(folder, name);
    const label = (name: string) => `#(touch ${marker(name)})`;
    await writeRows(folder, [createRecentRow({ windows: [{ label: label("ours") }] })]);
    const { stdout } = await line("--format", "{binding_name}");
    const tmux = (...args: string[]) =>
      runProgram("tmux", ["-S", join(folder, "tmux.sock"), "-f", "/dev/null", ...args], {
        environment: { HOME: folder, CLAUDE_METER_HOME: folder, TERM: "xterm" },
      });
    expect((await tmux("new-session", "-d")).code).toBe(0);
    // tmux runs what it finds only for somebody who looks, so a client on a terminal of its own is needed.
    const attach = "import pty, sys; pty.spawn(['tmux', '-S', sys.argv[1], 'attach'])";
    const client = runProgram("python3", ["-c", attach, join(folder, "tmux.sock")], {
      environment: { HOME: folder, TERM: "xterm" },
    });
    /** Raw text of this kind runs as soon as the client is there, so the test can see what runs. */
    const waitUntilItRuns = (name: string) =>
      waitFor(
        async () => {
          await tmux("display-message", "-p", label(name));
          return existsSync(marker(name));
        },
        (isThere) => isThere,
      );
    try {
      await waitUntilItRuns("raw");
      expect((await tmux("display-message", "-p", stdout.trimEnd())).stdout.trimEnd()).toBe(label("ours"));
      await waitUntilItRuns("raw-again");
      expect(existsSync(marker("ours"))).toBe(false);
    } finally {
      await tmux("kill-server");
      await client;
    }
  },
);
