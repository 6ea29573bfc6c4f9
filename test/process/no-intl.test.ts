// What is called again and again, and the table, do without Intl.
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ClaudeHome, createClaudeHome, createRowOfAge } from "../harness/claude-home.ts";
import { runCli } from "../harness/run-cli.ts";

const environment = { NODE_OPTIONS: `--import=${fileURLToPath(new URL("../harness/no-intl.mjs", import.meta.url))}` };
let claude: ClaudeHome;

beforeEach(async () => {
  claude = await createClaudeHome();
  await claude.login();
});
afterEach(() => claude.remove());

test.each([
  ["the table", [], 0],
  ["--json", ["--json"], 0],
  ["guard", ["guard", "--no-wait"], 75],
  ["line", ["line"], 0],
  ["statusline", ["statusline"], 0],
  ["a hook", ["hook", "pre-tool"], 0],
])("%s needs no Intl", async (_name, args, code) => {
  const money = { enabled: true, used: 12.34, limit: 50, currency: "EUR", out_of_credits: false };
  const row = createRowOfAge(20, 97, 28);
  await claude.publish({ ...row, money: row.money && { ...row.money, ...money } });
  const ended = await runCli(claude.home, args, { ...environment, CLAUDE_CONFIG_DIR: claude.home }, "{}");
  expect(ended.code).toBe(code);
  expect(`${ended.stdout}${ended.stderr}`).toMatch(/97|12\.34/);
  expect(ended.stderr).not.toContain("Intl");
});
