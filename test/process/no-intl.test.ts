// What is called again and again, and the table, do without Intl.
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { createUsualRow } from "../harness/recent-row.ts";
import { test } from "../harness/test.ts";

const environment = { NODE_OPTIONS: `--import=${fileURLToPath(new URL("../harness/no-intl.mjs", import.meta.url))}` };

test.for([
  ["the table", [], 0],
  ["--json", ["--json"], 0],
  ["guard", ["guard", "--no-wait"], 75],
  ["line", ["line"], 0],
  ["statusline", ["statusline"], 0],
  ["a hook", ["hook", "pre-tool"], 0],
] as const)("%s needs no Intl", async ([, args, code], { home }) => {
  await home.login();
  const money = { enabled: true, used: 12.34, limit: 50, currency: "EUR", out_of_credits: false };
  const row = createUsualRow(97, 28);
  await home.publish({ ...row, money: row.money && { ...row.money, ...money } });
  const ended = await home.run(args, { environment: { ...environment, CLAUDE_CONFIG_DIR: home.folder }, stdin: "{}" });
  expect(ended.code).toBe(code);
  expect(`${ended.stdout}${ended.stderr}`).toMatch(/97|12\.34/);
  expect(ended.stderr).not.toContain("Intl");
});
