// `claude-meter mcp` under the programs that agents are run by: a turn of Claude Code that asks for its quota, and the MCP
// Inspector's command line.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { createStandInApi, type StandInApi } from "../stand-in-api/stand-in-api.ts";
import { type Pane, withPane } from "./pane.ts";

let api: StandInApi;
beforeAll(async () => {
  api = await createStandInApi();
});
afterAll(async () => {
  await api.close();
});

const register = (pane: Pane) => pane.start("claude", "mcp", "add", "claude-meter", "--", "claude-meter", "mcp");

describe("Claude Code with the server that `claude mcp add` registered", () => {
  test("shows it as connected", () =>
    withPane({}, async (pane) => {
      expect(await register(pane)).toMatchObject({ code: 0 });
      expect((await pane.start("claude", "mcp", "list")).stdout).toMatch(/claude-meter: claude-meter mcp.*Connected/);
    }));

  test.for([
    { tool: "quota_check", at: 20, says: /\\"go\\":true/ },
    { tool: "quota_check", at: 97, says: /\\"go\\":false.*\\"window\\":\\"five_hour\\"/ },
    { tool: "quota_status", at: 20, says: /\\"id\\":\\"five_hour\\".*\\"utilization\\":20/ },
    { tool: "quota_wait", at: 20, says: /\\"go\\":true/ },
  ])("has $tool answered within a turn at $at %", ({ tool, at, says }) =>
    withPane({}, async (pane) => {
      await register(pane);
      await pane.showOnMeter(at);
      const prompt = `Do it. [[calls tool=mcp__claude-meter__${tool}]]`;
      const { stdout, stderr, code } = await pane.start("claude", "-p", prompt, "--allowedTools", "mcp__claude-meter");
      expect(`${code} ${stderr} ${stdout}`).toMatch(/^0 /);
      expect(stdout).toMatch(says);
      expect(stdout).not.toContain("user@example.com");
    }),
  );
});

test("the MCP Inspector lists the tools and calls them", () =>
  withPane({}, async (pane) => {
    const launcher = "@modelcontextprotocol/inspector/clients/launcher/build/index.js";
    const inspector = join(pane.environment["CLAUDE_METER_CLIENTS"] ?? "", "node_modules", launcher);
    // It hands on no variable that it was not told of.
    const environment = ["-e", `CLAUDE_METER_HOME=${pane.environment["CLAUDE_METER_HOME"]}`];
    const ask = async (...args: readonly string[]) => {
      const ended = await pane.start(
        process.execPath,
        inspector,
        "--cli",
        ...environment,
        "claude-meter",
        "mcp",
        ...args,
      );
      expect(ended).toMatchObject({ code: 0 });
      return z.looseObject({}).parse(JSON.parse(ended.stdout));
    };
    const names = ["quota_status", "quota_check", "quota_wait", "quota_claim", "quota_release"];
    expect(await ask("--method", "tools/list")).toMatchObject({ tools: names.map((name) => ({ name })) });
    await pane.showOnMeter(97);
    expect(await ask("--method", "tools/call", "--tool-name", "quota_check")).toMatchObject({
      structuredContent: { go: false, reason: "over", window: "five_hour", utilization: 97 },
    });
  }));
