// The examples of docs/examples for terminals that share a screen: tmux panes, a tmux status line, a prompt.
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import { createExampleEnvironment, readLines, runExample, toExamplePath } from "../harness/example.ts";
import type { Home } from "../harness/home.ts";
import { createCalmRow } from "../harness/recent-row.ts";
import { requireTool } from "../harness/require-tool.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";

let home: Home;
let environment: Record<string, string | undefined>;

test.beforeEach(async ({ home: own }) => {
  home = own;
  await home.publish(createCalmRow());
  // A tmux server of its own: its socket lies in the home.
  environment = { ...(await createExampleEnvironment(home.folder)), TMUX_TMPDIR: home.folder };
});

afterEach(async () => {
  tmux("kill-server");
});

function tmux(...args: string[]): string {
  try {
    return execFileSync("tmux", args, { env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    // A server whose panes have all ended has ended as well.
    if (args[0] !== "kill-server") throw error;
    return "";
  }
}

const hasTmux = requireTool("tmux");

test.runIf(hasTmux)("parallel_guard.sh gives every prompt to exactly one of its panes", async () => {
  const prompts = join(home.folder, "prompts.txt");
  const jobs = Array.from({ length: 9 }, (_, index) => `job ${index + 1}`);
  await writeFile(prompts, `${jobs.join("\n")}\n`);
  const started = await runExample("parallel_guard.sh", [prompts, "3"], {
    home: home.folder,
    environment: { TMUX_TMPDIR: home.folder },
  });
  expect(started).toMatchObject({ code: 0, stderr: "" });
  const done = await waitFor(
    () => readLines(join(home.folder, "done")),
    (lines) => lines.length >= jobs.length,
  );
  expect(done.toSorted()).toEqual(jobs);
});

test("parallel_guard.sh keeps a prompt that a hook held back for its next run", async () => {
  const prompts = join(home.folder, "prompts.txt");
  await writeFile(prompts, "job 1\njob 2\n");
  const options = { home: home.folder, environment: { TMUX_TMPDIR: home.folder, STAND_IN_HELD: "job 1" } };
  const isOver = async () => (await runExample("parallel_guard.sh", [prompts, "worker"], options)).code;
  expect(await isOver()).toBe(75);
  expect(await readLines(join(home.folder, "done"))).toEqual([]);
  expect(await isOver()).toBe(0);
  expect(await readLines(join(home.folder, "done"))).toEqual(["job 1", "job 2"]);
});

test.runIf(hasTmux)("tmux.conf shows the number that binds in the status line", async () => {
  // A status line is drawn for a terminal only; the outer tmux is the terminal of the inner one.
  const inner = `env -u TMUX tmux -L inner -f ${toExamplePath("tmux.conf")} new-session`;
  tmux("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "10", inner);
  const seen = await waitFor(
    () => tmux("capture-pane", "-p"),
    (text) => text.includes("claude 40%"),
  );
  expect(seen).toMatch(/claude 40% (2 d 23 h|3 d) \d\d:\d\d/);
  tmux("-L", "inner", "kill-server");
});

test("the command of starship.toml prints one line and ends with 0", async () => {
  const text = await readFile(toExamplePath("starship.toml"), "utf8");
  const command = /^command = "(.*)"$/m.exec(text)?.[1] ?? "";
  const printed = execFileSync("sh", ["-c", command], { env: environment, encoding: "utf8" });
  expect(printed).toMatch(/^20% \d+ (min|h)\n$/);
});
