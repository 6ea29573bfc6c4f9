// Programs of users on the Agent SDK and on the API's own SDK, under the built `claude-meter run`.
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { printTable } from "../harness/print-table.ts";
import { createStandInApi, type StandInApi } from "../stand-in-api/stand-in-api.ts";
import { type Outcome, toOutcome, toWords } from "./outcome.ts";
import { type PaneOptions, withPane } from "./pane.ts";

const seen: Record<string, string | number>[] = [];

let api: StandInApi;
beforeAll(async () => {
  api = await createStandInApi();
});
afterAll(async () => {
  await api.close();
  printTable("SDK callers under claude-meter run", seen);
});

type Case = { tag: string; outcome: Outcome; code: number; options?: string[] };

function play(caller: string, { tag, options = [] }: Case, paneOptions: PaneOptions) {
  return withPane(paneOptions, async (pane) => {
    const program = fileURLToPath(new URL(caller, import.meta.url));
    const ended = await pane.run(options, [process.execPath, program, `Do it. [[${tag}]]`]);
    const outcome = toOutcome(ended);
    const { code, status, stderr } = ended;
    const reset = status.limit?.resets_at ?? "";
    seen.push({ caller, answer: tag, outcome, code: code ?? "", reset, said: toWords(stderr) });
    return { ...ended, outcome };
  });
}

describe("query() of the Agent SDK", () => {
  const cases: readonly Case[] = [
    { tag: "ok", outcome: "done", code: 0 },
    { tag: "ok sleep=1", outcome: "done", code: 0 },
    { tag: "limit5h", outcome: "limit", code: 75 },
    { tag: "limit7d", outcome: "limit", code: 75 },
    { tag: "fable", outcome: "limit", code: 75 },
    { tag: "group", outcome: "person", code: 75 },
    { tag: "throttle", outcome: "throttle", code: 1 },
    { tag: "overloaded", outcome: "overload", code: 1 },
    { tag: "limit5h overage=allowed sleep=5", outcome: "done", code: 0, options: ["--end-after", "2s"] },
  ];

  test.concurrent.each(cases)("that meets $tag ends as $outcome", async (each) => {
    const ended = await play("agent-sdk-caller.mjs", each, {});
    expect(ended).toMatchObject({ outcome: each.outcome, code: each.code });
  });

  test("with a watchdog waits by itself and is not ended", async () => {
    const waits: Case = { tag: "limit5h for=6", outcome: "done", code: 0, options: ["--end-after", "2s"] };
    const ended = await play("agent-sdk-caller.mjs", waits, { environment: { CLAUDE_CODE_RETRY_WATCHDOG: "1" } });
    expect(ended).toMatchObject({ outcome: "done", code: 0 });
  });
});

describe("a caller of the API with a key", () => {
  const cases: readonly Case[] = [
    { tag: "ok", outcome: "done", code: 0 },
    { tag: "perminute", outcome: "throttle", code: 1 },
    { tag: "overloaded", outcome: "overload", code: 1 },
    { tag: "balance", outcome: "person", code: 75 },
    { tag: "specified", outcome: "limit", code: 75 },
  ];

  test.concurrent.each(cases)("that meets $tag ends as $outcome", async (each) => {
    const ended = await play("api-sdk-caller.mjs", each, { hasKey: true });
    expect(ended).toMatchObject({ outcome: each.outcome, code: each.code });
  });
});
