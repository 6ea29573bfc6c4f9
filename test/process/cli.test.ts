// The built CLI as a process: what it prints, where, and with which exit code.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { toIso } from "../../shared/time.ts";
import { parsePrintedRows } from "../harness/printed-row.ts";
import { CLI_PATH, runCli, runProgram } from "../harness/program.ts";
import { test } from "../harness/test.ts";
import { createStatus, createStoredRow } from "../shared/wire-examples.ts";

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

  test("help and version are data on stdout", async () => {
    expect(await runCli(home, ["help"])).toMatchObject({ code: 0, stderr: "" });
    expect((await runCli(home, ["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    for (const name of ["bridge", "pair", "setup"]) {
      expect((await runCli(home, [name, "--help"])).stdout).toContain(`claude-meter ${name}`);
    }
  });
});
