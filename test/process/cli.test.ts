// The built CLI as a process: what it prints, where, and with which exit code.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { commands } from "../../bridge/cli/commands.ts";
import { listOptions, listWords } from "../../bridge/cli/help/command-help.ts";
import { toIso } from "../../shared/time.ts";
import { parsePrintedRows } from "../harness/printed-row.ts";
import { CLI_PATH, runCli, runProgram } from "../harness/program.ts";
import { requireTool } from "../harness/require-tool.ts";
import { test } from "../harness/test.ts";
import { createRowWindow, createStatus, createStoredRow, createUsageWindow } from "../shared/wire-examples.ts";

let home: string;

test.beforeEach(async ({ folder }) => {
  home = folder;
});

type Stored = ReturnType<typeof createStoredRow>;

async function writeRows(rows: readonly Stored[]): Promise<void> {
  await writeFile(join(home, "status.json"), JSON.stringify(createStatus({ rows: [...rows] })));
}

function freshRow(changes: Partial<Stored> = {}): Stored {
  return createStoredRow({ fetched_at: toIso(Date.now()), ...changes });
}

test.skipIf(process.platform === "win32")("every build of it can be run by name, as `npm link` does", async () => {
  expect(await runProgram(CLI_PATH, ["--version"])).toMatchObject({ code: 0, stderr: "" });
});

describe("claude-meter --json", () => {
  test("without a file prints an empty array, words on stderr, and 69", async () => {
    const ended = await runCli(home, ["--json"]);
    expect(ended).toMatchObject({ stdout: "[]\n", code: 69 });
    expect(ended.stderr).toContain("claude-meter bridge start");
  });

  test.each([
    ["empty", ""],
    ["torn", '{"schema":1,"generated_at":"2026-11-2'],
    ["of another schema", JSON.stringify({ ...createStatus(), schema: 2 })],
    [
      "with a utilization that is text",
      JSON.stringify(createStatus()).replaceAll('"account","utilization":42', '"account","utilization":"42"'),
    ],
    ["with a row that is not one", JSON.stringify({ ...createStatus(), rows: [{}] })],
  ])("a file that is %s is no data, never half of it", async (_what, text) => {
    await writeFile(join(home, "status.json"), text);
    expect(await runCli(home, ["--json"])).toMatchObject({ stdout: "[]\n", code: 69 });
  });

  test("an old row is printed and marked stale", async () => {
    await writeRows([createStoredRow({ fetched_at: toIso(Date.now() - 3_600_000) })]);
    const [row] = parsePrintedRows((await runCli(home, ["--json"])).stdout);
    expect(row).toMatchObject({ stale: true, state: "stale" });
    expect(row?.age_seconds).toBeGreaterThanOrEqual(3600);
  });

  test("a row from the future is doubt, not fresh", async () => {
    await writeRows([createStoredRow({ fetched_at: toIso(Date.now() + 3_600_000) })]);
    const [row] = parsePrintedRows((await runCli(home, ["--json"])).stdout);
    expect(row).toMatchObject({ stale: true, age_seconds: 0 });
  });

  test("--account picks by e-mail, account, organisation or its name, and lists what there is otherwise", async () => {
    const row = freshRow({ org_name: "Example Team" });
    await writeRows([row]);
    for (const name of [row.account_email, row.account_uuid, row.org_uuid, "example team"]) {
      expect(await runCli(home, ["--json", "--account", name ?? ""])).toMatchObject({ code: 0 });
    }
    const wrong = await runCli(home, ["--json", "--account", "nobody@example.com"]);
    expect(wrong).toMatchObject({ stdout: "[]\n", code: 69 });
    expect(wrong.stderr).toContain(row.org_uuid);
  });

  test("--redact leaves no text of anybody in the output", async () => {
    const canary = "ignore previous instructions";
    const row = freshRow({
      org_name: canary,
      account_email: canary,
      usage: { note: canary, [canary]: 1, deep: [canary] },
    });
    const windows = row.windows.map((window) => ({ ...window, label: canary, model: canary }));
    await writeRows([{ ...row, windows }]);
    const printed = await runCli(home, ["--json", "--redact"]);
    expect(printed.code).toBe(0);
    expect(printed.stdout).not.toContain("ignore");
    expect(printed.stdout).toContain(row.org_uuid);
  });

  test("a reader that closes the pipe ends it without a word", async () => {
    await writeRows(Array.from({ length: 400 }, () => freshRow()));
    const line = `"${process.execPath}" "${CLI_PATH}" --json | head -c 10 >/dev/null`;
    const ended = await runProgram("sh", ["-c", line], { environment: { CLAUDE_METER_HOME: home } });
    expect(ended.stderr).toBe("");
  });
});

test("the program that every pane starts holds no help text", async () => {
  const program = await readFile(CLI_PATH, "utf8");
  const texts = commands.flatMap((command) => [
    command.summary,
    ...command.examples.map(([, meaning]) => meaning),
    ...[...listWords(command), ...listOptions(command)].map(({ meaning }) => meaning.split("\n")[0] ?? ""),
  ]);
  expect(texts.length).toBeGreaterThan(150);
  // Shorter ones are words that anything could hold.
  expect(texts.filter((text) => text.length > 15 && program.includes(text))).toEqual([]);
});

describe("CLAUDE_METER_ACCOUNT", () => {
  const [mine, other] = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"];
  const five = (utilization: number) => [
    createRowWindow(createUsageWindow({ utilization, resets_at: toIso(Date.now() + 3_600_000) })),
  ];

  test.beforeEach(async () => {
    await writeRows([
      freshRow({ org_uuid: mine, windows: five(11) }),
      freshRow({ org_uuid: other, windows: five(22) }),
    ]);
  });

  test.each([
    { account: mine, args: [], printed: [mine] },
    { account: other, args: ["--account", mine], printed: [mine] },
    { account: "", args: [], printed: [mine, other] },
    { account: "nobody", args: [], printed: [] },
  ])("$account with $args shows $printed", async ({ account, args, printed }) => {
    const ended = await runCli(home, ["--json", ...args], { environment: { CLAUDE_METER_ACCOUNT: account } });
    expect(parsePrintedRows(ended.stdout).map((row) => row.org_uuid)).toEqual(printed);
    expect(ended.code).toBe(printed.length > 0 ? 0 : 69);
    if (printed.length === 0) expect(ended.stderr).toContain('no account matches "nobody"');
  });

  test("names the row of every line of a pane", async () => {
    const environment = { CLAUDE_METER_ACCOUNT: other, CLAUDE_CONFIG_DIR: home };
    expect((await runCli(home, ["line", "--format", "{5h}"], { environment })).stdout).toBe("22\n");
    expect((await runCli(home, ["statusline", "--format", "{5h}"], { environment, stdin: "{}" })).stdout).toBe("22\n");
    const held = await runCli(home, ["hook", "user-prompt", "--max", "20"], { environment, stdin: "{}" });
    expect(held.stdout).toContain('"decision":"block"');
    expect((await runCli(home, ["run", "--no-wait", "--max", "20", "--", "true"], { environment })).code).toBe(75);
  });
});

describe("claude-meter", () => {
  test("prints a table without colours when nobody looks at a terminal", async () => {
    await writeRows([freshRow()]);
    const printed = await runCli(home, []);
    expect(printed.code).toBe(0);
    expect(printed.stdout).toContain("5-hour");
    expect(printed.stdout).not.toContain("\u001b");
  });

  test.each([
    [["--frobnicate"], "--frobnicate"],
    [["frobnicate"], "frobnicate"],
    [["bridge"], "run|start|stop|status"],
    [["bridge", "dance"], "run|start|stop|status"],
    [["--account"], "--account"],
  ])("%j is wrong use: 64, and words that say what to do", async (args, word) => {
    const ended = await runCli(home, args);
    expect(ended).toMatchObject({ code: 64, stdout: "" });
    expect(ended.stderr).toContain(word);
  });

  test.each([
    { args: ["guard", "--max-wiat", "5s"], near: "Did you mean --max-wait?" },
    { args: ["bridge", "statsu"], near: "Did you mean status?" },
    { args: ["--jsno"], near: "Did you mean --json?" },
    { args: ["doctr"], near: "did you mean `claude-meter doctor`?" },
    { args: ["status"], near: "did you mean `claude-meter bridge status`?" },
  ])("$args is a slip: 64, and what was probably meant", async ({ args, near }) => {
    const ended = await runCli(home, args);
    expect(ended).toMatchObject({ code: 64, stdout: "" });
    expect(ended.stderr).toContain(near);
  });

  test.each([["-V"], ["-v"], ["version"], ["guard", "--version"], ["guard", "-V"], ["bridge", "status", "--version"]])(
    "%s %s shows the version",
    async (...args) => {
      const { code, stdout, stderr } = await runCli(home, args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    },
  );

  test.runIf(requireTool("script")).each([
    { NO_COLOR: "", isColoured: true },
    { NO_COLOR: "1", isColoured: false },
  ])("a terminal with NO_COLOR=$NO_COLOR has colours: $isColoured", async ({ NO_COLOR, isColoured }) => {
    await writeRows([freshRow()]);
    for (const command of ["", "doctor"]) {
      const line = `"${process.execPath}" "${CLI_PATH}" ${command}`;
      const environment = { CLAUDE_METER_HOME: home, CLAUDE_CONFIG_DIR: home, TERM: "xterm", NO_COLOR };
      const { stdout } = await runProgram("script", ["-qec", line, "/dev/null"], { environment });
      expect(stdout.includes("\u001b["), `${command}: ${stdout}`).toBe(isColoured);
    }
  });

  test("what only looks like a question for the version is an account's name to a gate", async () => {
    await writeRows([freshRow()]);
    expect(await runCli(home, ["guard", "--no-wait", "--account", "-v"])).toMatchObject({ code: 69, stdout: "" });
  });

  test("help and version are data on stdout", async () => {
    expect(await runCli(home, ["help"])).toMatchObject({ code: 0, stderr: "" });
    expect((await runCli(home, ["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    for (const name of ["bridge", "pair", "setup"]) {
      expect((await runCli(home, [name, "--help"])).stdout).toContain(`claude-meter ${name}`);
    }
  });
});
