// The hooks of `setup --claude-code` in a real Claude Code that runs without anybody: what they hold back is no success.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createStandInApi, type StandInApi } from "../stand-in-api/stand-in-api.ts";
import { toOutcome } from "./outcome.ts";
import { createPane, type Pane } from "./pane.ts";

const FORMATS = ["text", "json", "stream-json"];

let api: StandInApi;
beforeAll(async () => {
  api = await createStandInApi();
});
afterAll(async () => {
  await api.close();
});

let pane: Pane;
beforeEach(async () => {
  pane = await createPane({ hasHooks: true });
});
afterEach(async () => {
  await pane.remove();
});

/** A gate that is laxer than the hooks lets the agent start. */
function run(prompt: string, format: string) {
  const print = [
    "--output-format",
    format,
    ...(format === "stream-json" ? ["--verbose"] : []),
    "--allowedTools",
    "Bash",
  ];
  return pane.run(["--max", "99"], ["claude", "-p", prompt, ...print]);
}

describe("at 96 % of the 5-hour window", () => {
  test.each(FORMATS)("a prompt in %s is held back before the API sees it", async (format) => {
    const before = api.requests.length;
    await pane.showOnMeter(96);
    const ended = await run("Do it. [[ok]]", format);
    expect(ended).toMatchObject({ code: 75, status: { state: "failed", reason: "held-back" } });
    expect(toOutcome(ended)).toBe("held-back");
    expect(ended.stderr).not.toBe("");
    expect(api.requests.slice(before)).toEqual([]);
  });

  test("an agent whose tools were denied, and that then ended its turn, has not succeeded", async () => {
    await letPromptsPass();
    await pane.showOnMeter(96);
    const ended = await run("Do it. [[ok sleep=0]]", "stream-json");
    expect(ended.stdout).toContain("PreToolUse:Bash hook error: Claude quota: 96 %");
    expect(toOutcome(ended)).toBe("held-back");
    expect(ended).toMatchObject({ code: 75, status: { state: "failed", reason: "held-back" } });
  });
});

describe("under the limit", () => {
  test.each(FORMATS)("hooks hold nothing back in %s", async (format) => {
    const ended = await run("Do it. [[ok sleep=0]]", format);
    expect(ended).toMatchObject({ code: 0, stderr: "", status: { state: "completed" } });
    expect(ended.stdout).toContain("Done: 42.");
  });
});

async function letPromptsPass(): Promise<void> {
  const path = join(pane.home, ".claude", "settings.json");
  const settings = await readFile(path, "utf8");
  await writeFile(path, settings.replace("hook user-prompt", "hook user-prompt --max 99"));
}
