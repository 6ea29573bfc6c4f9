// `claude-meter statusline` as Claude Code calls it: the real program, a real bridge, and inputs of every kind.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { describe, expect } from "vitest";
import { type StoredRow, statusSchema } from "../../shared/row.ts";
import type { BridgeProcess } from "../harness/bridge-process.ts";
import { type Home, openHome } from "../harness/home.ts";
import { createUsualRow, toMoment } from "../harness/recent-row.ts";
import { test } from "../harness/test.ts";
import { ACCOUNT_UUID, createRowWindow, ORG_UUID } from "../shared/wire-examples.ts";

const OTHER = "00000000-0000-4000-8000-0000000000dd";
let claude: Home;

function toSeconds(iso: string): number {
  return Math.round(Date.parse(iso) / 1000);
}

/** Of a session whose last answer is of this age. */
function writeTranscript(ageMs = 0): string {
  const path = join(claude.folder, `session-${ageMs}.jsonl`);
  writeFileSync(path, `${JSON.stringify({ type: "assistant", timestamp: toMoment(-ageMs) })}\n`);
  return path;
}

/** As Claude Code writes it: percent and epoch seconds. */
function createInput(fiveHour: number, sevenDay: number, more: Record<string, unknown> = {}) {
  return {
    transcript_path: writeTranscript(),
    model: { id: "claude-opus-4-8", display_name: "Opus 4.8" },
    rate_limits: {
      five_hour: { used_percentage: fiveHour, resets_at: toSeconds(toMoment(7_200_000)) },
      seven_day: { used_percentage: sevenDay, resets_at: toSeconds(toMoment(259_200_000)) },
    },
    ...more,
  };
}

function toStdin(input: unknown): string | Buffer {
  return typeof input === "string" || Buffer.isBuffer(input) ? input : JSON.stringify(input);
}

async function readLine(input: unknown, ...args: string[]): Promise<string> {
  const ended = await claude.run(["statusline", ...args], { stdin: toStdin(input) });
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(ended.stdout).toMatch(/^[^\n]*\n$/);
  return ended.stdout.trimEnd();
}

describe("without a bridge, the line", () => {
  test.beforeEach(async ({ home: own }) => {
    claude = own;
  });

  test("shows what the session heard when there is nothing else", async () => {
    expect(await readLine(createInput(42, 63))).toMatch(/^5h 42% · week 63% · resets (\w+ )?\d\d:\d\d$/);
  });

  test("shows the row of this login when the session heard nothing", async () => {
    await claude.login();
    await claude.publish(createUsualRow(17, 28, { ageMs: 20_000 }), {
      ...createUsualRow(90, 91, { ageMs: 20_000 }),
      org_uuid: OTHER,
    });
    expect(await readLine({ rate_limits: null })).toMatch(/^5h 17% · week 28% · resets/);
  });

  test("shows what the session heard in place of older numbers of its row", async () => {
    await claude.login();
    await claude.publish(createUsualRow(17, 28, { ageMs: 60_000 }));
    expect(await readLine(createInput(19, 29))).toMatch(/^5h 19% · week 29% · resets/);
  });

  test("shows the row when it is newer than the session's last answer", async () => {
    const transcript = writeTranscript(3_600_000);
    await claude.login();
    await claude.publish(createUsualRow(17, 28, { ageMs: 60_000 }));
    expect(await readLine(createInput(5, 6, { transcript_path: transcript }))).toMatch(/^5h 17% · week 28%/);
  });

  test("says of an idle session's numbers how old they are", async () => {
    const transcript = writeTranscript(1_500_000);
    expect(await readLine(createInput(5, 6, { transcript_path: transcript }))).toBe("5h 5% · week 6% (stale, 25 min)");
  });

  test("never shows another account's numbers", async () => {
    await claude.login({ accountUuid: OTHER, organizationUuid: ORG_UUID });
    await claude.publish(createUsualRow(17, 28, { ageMs: 20_000 }));
    expect(await readLine({})).toBe("?");
    expect(await readLine(createInput(42, 63))).toMatch(/^5h 42% · week 63%/);
  });

  test("does not mix this session's numbers into an account that was asked for", async () => {
    await claude.login({ accountUuid: OTHER, organizationUuid: OTHER });
    await claude.publish(createUsualRow(17, 28, { ageMs: 20_000 }));
    expect(await readLine(createInput(42, 63), "--account", "user@example.com")).toMatch(/^5h 17% · week 28%/);
  });

  test("shows the window of the session's model", async () => {
    const row = createUsualRow(17, 28, { ageMs: 20_000 });
    const scoped = { id: "scoped:opus", model: "Opus", scope: "model", utilization: 55 } as const;
    const window = createRowWindow({ ...scoped, resets_at: toMoment(259_200_000) });
    await claude.login();
    await claude.publish({ ...row, windows: [...row.windows, window] });
    expect(await readLine(createInput(17, 28))).toMatch(/^5h 17% · week 28% · Opus 55% · resets/);
    expect(await readLine(createInput(17, 28), "--format", "{model}%")).toBe("55%");
  });

  test("takes a value that is an epoch for no value", async () => {
    const epoch = toSeconds(toMoment(7_200_000));
    const rate_limits = { five_hour: { used_percentage: epoch, resets_at: epoch }, seven_day: { used_percentage: 34 } };
    expect(await readLine({ rate_limits })).toBe("week 34%");
  });

  test("has no name in it that others can choose", async () => {
    await claude.login();
    await claude.publish({
      ...createUsualRow(17, 28, { ageMs: 20_000 }),
      org_name: "\u{1B}]0;pwned\u{7}",
      account_email: "\u{1B}[2J",
    });
    expect(await readLine({})).toMatch(/^5h 17% · week 28% · resets (\w+ )?\d\d:\d\d$/);
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "hello"],
    ["half an object", '{"rate_limits":{"five_hour":'],
    ["a list", "[]"],
    ["null", "null"],
    ["bytes that are no text", Buffer.from([0xff, 0x00, 0x7d])],
    ["ten megabytes", `"${"x".repeat(10 * 1024 * 1024)}"`],
    ["very deep nesting", `{"rate_limits":${"[".repeat(50_000)}${"]".repeat(50_000)}}`],
  ])("is a question mark for an input of %s", async (_name, input) => {
    expect(await readLine(input)).toBe("?");
  });

  test("is a question mark for a wrong option, and the reason is on stderr", async () => {
    const ended = await claude.run(["statusline", "--colour"], { stdin: "{}" });
    expect(ended).toMatchObject({ code: 0, stdout: "?\n" });
    expect(ended.stderr).toContain("--colour");
  });

  test("comes also when the input never ends", async () => {
    const line = claude.start(["statusline"], { stdin: { kind: "open" } });
    line.child.stdin?.write('{"rate_limits":');
    expect(await line.ended).toMatchObject({ stdout: "?\n", code: 0 });
  });

  test("does not wait for the end of an input that is whole", async () => {
    const line = claude.start(["statusline"], { stdin: { kind: "open" } });
    line.child.stdin?.write(JSON.stringify(createInput(42, 63)));
    expect((await line.ended).stdout).toMatch(/^5h 42%/);
  });

  test("does not wait for a bridge that does not answer", async () => {
    await claude.login();
    await claude.publish(createUsualRow(17, 28, { ageMs: 60_000 }));
    const hung = createServer(() => undefined).listen(join(claude.folder, "bridge.sock"));
    expect(await readLine(createInput(19, 29))).toMatch(/^5h 19%/);
    hung.close();
  });

  const FOLDER = resolve(import.meta.dirname, "../..", "../shared/fixtures");
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => file.startsWith("statusline__")) : [];
  test.runIf(files.length > 0)("comes for every public fixture", async () => {
    for (const file of files) await readLine(readFileSync(join(FOLDER, file), "utf8"));
  });
});

describe("with a bridge, what the session heard", () => {
  let bridge: BridgeProcess;

  test.beforeEach(async ({ bridge: own }) => {
    bridge = own;
    claude = openHome(bridge.home, bridge.environment);
    await claude.login();
  });

  async function startWith(...rows: StoredRow[]): Promise<void> {
    await claude.publish(...rows);
    await bridge.start();
  }

  async function readPublished() {
    return statusSchema.parse(JSON.parse(await readFile(join(bridge.home, "status.json"), "utf8"))).rows;
  }

  test("is handed over, kept over a restart, and leaves the extension's numbers as they are", async () => {
    await startWith(createUsualRow(17, 28, { ageMs: 60_000 }));
    await readLine(createInput(19, 29));
    const [row] = await readPublished();
    expect(row?.witness?.windows).toMatchObject({ five_hour: { utilization: 19 }, seven_day: { utilization: 29 } });
    expect(row).toMatchObject({ source: "extension", windows: [{ utilization: 17 }, { utilization: 28 }] });

    await bridge.kill("SIGKILL");
    await bridge.start();
    await bridge.stop();
    expect((await readPublished())[0]?.witness).toEqual(row?.witness);
  });

  test("fills a stale row in", async () => {
    await startWith(createUsualRow(17, 28, { ageMs: 900_000 }));
    await readLine(createInput(19, 29));
    const [row] = await bridge.readRows();
    expect(row).toMatchObject({
      source: "statusline",
      state: "fresh",
      windows: [{ utilization: 19 }, { utilization: 29 }],
    });
  });

  test("puts a row in dispute that it contradicts, and the higher value counts", async () => {
    await startWith(createUsualRow(17, 28, { ageMs: 60_000 }));
    await readLine(createInput(96, 28));
    const [row] = await bridge.readRows();
    expect(row).toMatchObject({ disputed: true, source: "statusline", binding: "five_hour" });
    expect(row?.windows.map(({ utilization }) => utilization)).toEqual([96, 28]);
    expect((await claude.run(["hook", "pre-tool"], { stdin: "{}" })).stdout).toContain('"deny"');
  });

  test("can not lower a number that the extension has just read", async () => {
    await startWith(createUsualRow(97, 28, { ageMs: 60_000 }));
    await readLine(createInput(3, 28));
    const [row] = await bridge.readRows();
    expect(row).toMatchObject({ disputed: true, windows: [{ utilization: 97 }, { utilization: 28 }] });
  });

  test("is handed over once a minute at most", async () => {
    await startWith(createUsualRow(17, 28, { ageMs: 60_000 }));
    await readLine(createInput(19, 29));
    await readLine(createInput(20, 29));
    expect((await readPublished())[0]?.witness?.windows.five_hour?.utilization).toBe(19);
  });

  test.each([
    ["by another account", { accountUuid: OTHER, organizationUuid: ORG_UUID }, 2],
    ["in another organisation", { accountUuid: ACCOUNT_UUID, organizationUuid: OTHER }, 2],
    ["by somebody unknown", { emailAddress: "user@example.com" }, 1],
  ])("does not reach this row when it was heard %s", async (_name, account, rows) => {
    await claude.login(account);
    await startWith(createUsualRow(17, 28, { ageMs: 60_000 }));
    expect(await readLine(createInput(19, 29))).toMatch(/^5h 19%/);
    const published = await readPublished();
    // A login that names account and organisation has a row of its own.
    expect(published).toHaveLength(rows);
    const own = published.find((row) => row.account_uuid === ACCOUNT_UUID && row.org_uuid === ORG_UUID);
    expect(own).toMatchObject({ windows: [{ utilization: 17 }, { utilization: 28 }] });
    expect(own?.sources).toBeUndefined();
  });

  test("makes a row on a machine that has no browser, and its gate knows it", async () => {
    await bridge.start();
    await readLine(createInput(96, 29));
    expect(await bridge.readRows()).toMatchObject([
      { account_uuid: ACCOUNT_UUID, source: "statusline", state: "fresh", windows: [{ utilization: 96 }, {}] },
    ]);
    expect(await claude.run(["guard", "--no-wait"])).toMatchObject({ code: 75 });
  });

  test("closes a gate at once, whatever the age of the browser's reading", async () => {
    await startWith(createUsualRow(50, 28, { ageMs: 400_000 }));
    expect(await claude.run(["guard", "--no-wait"])).toMatchObject({ code: 0 });
    await readLine(createInput(99, 28));
    expect(await claude.run(["guard", "--no-wait"])).toMatchObject({ code: 75 });
    expect((await claude.run(["line"])).stdout).toMatch(/^99%/);
  });

  const settings = [
    "CLAUDE_CODE_OAUTH_TOKEN",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_API_KEY",
    "CLAUDE_CODE_USE_BEDROCK",
    "CLAUDE_CODE_USE_VERTEX",
    "CLAUDE_CODE_USE_FOUNDRY",
  ];
  test.each(settings)("goes nowhere with %s, and the pane's gate is ambiguous unless told", async (setting) => {
    const environment = { [setting]: "1" };
    await startWith(createUsualRow(17, 28, { ageMs: 1_200_000 }));
    const input = toStdin(createInput(5, 3));
    expect((await claude.run(["statusline"], { stdin: input, environment })).stdout).toMatch(/^5h 5% · week 3%/);
    expect((await readPublished())[0]?.sources).toBeUndefined();

    await claude.publish(createUsualRow(17, 28, { ageMs: 20_000 }));
    const gate = await claude.run(["guard", "--no-wait"], { environment });
    expect(gate).toMatchObject({ code: 69 });
    expect(gate.stderr).toContain(`ambiguous account: ${setting}`);
    const told = { ...environment, CLAUDE_METER_ACCOUNT: "user@example.com" };
    expect(await claude.run(["guard", "--no-wait"], { environment: told })).toMatchObject({ code: 0 });
  });

  test("is of unknown age after /clear, so it goes nowhere and does not hide the row", async () => {
    const transcript = join(claude.folder, "cleared.jsonl");
    await writeFile(transcript, `${JSON.stringify({ type: "user", timestamp: toMoment(0) })}\n`);
    await startWith(createUsualRow(96, 28, { ageMs: 1_200_000 }));
    const line = await readLine(createInput(20, 55, { transcript_path: transcript }));
    expect(line).toBe("5h 96% · week 28% (stale, 20 min)");
    expect((await readPublished())[0]?.sources).toBeUndefined();
    expect(await claude.run(["guard", "--no-wait"])).toMatchObject({ code: 69 });
  });

  test("is not handed over when the row is newer", async () => {
    const transcript = join(claude.folder, "session.jsonl");
    await writeFile(transcript, `${JSON.stringify({ type: "assistant", timestamp: toMoment(-120_000) })}\n`);
    await startWith(createUsualRow(17, 28, { ageMs: 60_000 }));
    await readLine(createInput(19, 29, { transcript_path: transcript }));
    expect((await readPublished())[0]?.witness).toBeUndefined();
  });
});
