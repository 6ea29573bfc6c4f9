// The hooks of `setup --claude-code` in a real Claude Code that runs without anybody: what they hold back is no success.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createStandInApi, type StandInApi } from "../stand-in-api/stand-in-api.ts";
import { type Pane, withPane } from "./pane.ts";

const FORMATS = ["text", "json", "stream-json"];

let api: StandInApi;
beforeAll(async () => {
  api = await createStandInApi();
});
afterAll(async () => {
  await api.close();
});

/** A gate that is laxer than the hooks lets the agent start. */
function run(pane: Pane, tag: string, format: string) {
  const print = ["--output-format", format, ...(format === "stream-json" ? ["--verbose"] : [])];
  return pane.run(["--max", "99"], ["claude", "-p", `Do it. [[${tag}]]`, ...print]);
}

describe("at 96 % of the 5-hour window", () => {
  test.concurrent.each(FORMATS)("a prompt in %s is held back before the API sees it", (format) =>
    withPane({ hasHooks: true }, async (pane) => {
      await pane.showOnMeter(96);
      const ended = await run(pane, `never-${format}`, format);
      expect(api.count(`never-${format}`)).toBe(0);
      expect(ended).toMatchObject({ code: 75, status: { state: "failed", reason: "held-back" } });
      expect(ended.stderr).not.toBe("");
    }),
  );

  test.concurrent("an agent whose tools were denied, and that then ended its turn, has not succeeded", () =>
    withPane({ hasHooks: true }, async (pane) => {
      await letPromptsPass(pane);
      await pane.showOnMeter(96);
      const ended = await run(pane, "ok sleep=0", "stream-json");
      expect(ended.stdout).toContain("PreToolUse:Bash hook error: Claude quota: 96 %");
      expect(ended).toMatchObject({ code: 75, status: { state: "failed", reason: "held-back" } });
      expect(ended.stderr).not.toBe("");
    }));
});

describe("under the limit", () => {
  test.concurrent.each(FORMATS)("hooks hold nothing back in %s", (format) =>
    withPane({ hasHooks: true }, async (pane) => {
      const ended = await run(pane, "ok sleep=0", format);
      expect(ended).toMatchObject({ code: 0, stderr: "", status: { state: "completed" } });
      expect(ended.stdout).toContain("Done: 42.");
    }),
  );
});

async function letPromptsPass(pane: Pane): Promise<void> {
  const path = join(pane.home, ".claude", "settings.json");
  const settings = await readFile(path, "utf8");
  await writeFile(path, settings.replace("hook user-prompt", "hook user-prompt --max 99"));
}
