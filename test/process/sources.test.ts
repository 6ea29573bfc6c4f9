// A machine without a browser: Claude Code's own program and cache give the rows, asked only while somebody wants to know.
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import * as z from "zod/mini";
import { askSocket, type Daemon, startDaemon } from "../harness/daemon.ts";
import { isAlive } from "../harness/is-alive.ts";
import { listen } from "../harness/live-client.ts";
import { parsePrintedRows } from "../harness/printed-row.ts";
import { runCli, startCli } from "../harness/program.ts";
import { toMoment } from "../harness/recent-row.ts";
import { test } from "../harness/test.ts";
import { installUsageClient, signIn, toLoginText, toRateLimits, type UsageClient } from "../harness/usage-client.ts";
import { waitFor } from "../harness/wait-for.ts";
import { ACCOUNT_UUID, ORG_UUID } from "../shared/wire-examples.ts";

const OTHER_ACCOUNT = "00000000-0000-4000-8000-0000000000a2";

let home: string;
let daemon: Daemon;
let client: UsageClient;
let environment: Record<string, string>;

test.beforeEach(async ({ folder }) => {
  home = folder;
  client = await signIn(home);
  const bin = await installUsageClient(home);
  environment = {
    PATH: `${bin}:${await linkTools(home)}`,
    // What happens to stand in the bridge's environment is not the login's.
    ANTHROPIC_API_KEY: "sk-ant-invented",
    CLAUDECODE: "1",
  };
  daemon = await startDaemon({ home, environment });
  return async () => {
    await daemon.stop();
  };
});

/** Without the browsers that /usr/bin may have. */
async function linkTools(folder: string): Promise<string> {
  const tools = join(folder, "tools");
  await mkdir(tools);
  for (const name of ["sh", "sleep"]) await symlink(`/bin/${name}`, join(tools, name));
  return tools;
}

const cli = (...args: string[]) => runCli(home, args);
const want = (configDir?: string) => askSocket(home, "POST", "/wanted", { config_dir: configDir ?? null });
const readRows = async () => parsePrintedRows((await cli("--json")).stdout);

const statesSchema = z.array(
  z.object({
    source: z.string(),
    state: z.string(),
    reason: z.nullable(z.string()),
    next_ask_at: z.nullable(z.string()),
    config_dir: z.nullable(z.string()),
  }),
);
async function readSource(name = "claude-code") {
  const states = statesSchema.parse(JSON.parse((await cli("sources", "--json")).stdout));
  return states.filter(({ source }) => source === name);
}

describe("who wants to know", () => {
  test("gets a row of Claude Code's own client, which sees nobody else's credential and no hook", async () => {
    await client.answer({ rateLimits: toRateLimits(42) });
    expect(await want()).toEqual({ read: true });
    expect(await readRows()).toMatchObject([
      {
        source: "claude-code",
        state: "fresh",
        windows: [
          { id: "five_hour", utilization: 42 },
          { id: "seven_day" },
          { label: "Weekly, Fable", utilization: 30 },
        ],
      },
    ]);
    const [ask] = await client.readAsks();
    expect(ask?.environment).not.toHaveProperty("ANTHROPIC_API_KEY");
    expect(ask?.environment).not.toHaveProperty("CLAUDECODE");
    expect(ask?.args).toContain('{"disableAllHooks":true}');
    expect(ask?.folder).toBe(home);
  });

  test("asks once, however many ask: what is young is not asked for again", async () => {
    await client.answer({ rateLimits: toRateLimits(42) });
    await Promise.all(Array.from({ length: 30 }, () => want()));
    expect(await want()).toEqual({ read: false });
    expect(await client.readAsks()).toHaveLength(1);
  });

  test("after a restart it is not asked again before its time", async () => {
    await client.answer({});
    await want();
    await daemon.stop();
    daemon = await startDaemon({ home, environment });
    expect(await want()).toEqual({ read: false });
    expect(await client.readAsks()).toHaveLength(1);
  });

  test("is a guard that waits, which goes on as soon as there is a reading", async () => {
    await askSocket(home, "POST", "/readings", { readings: [toOldReading()] });
    await client.answer({ rateLimits: toRateLimits(42) });
    expect(await cli("guard", "--spread", "0s")).toMatchObject({ code: 0 });
    expect(await client.readAsks()).toHaveLength(1);
  });

  test("is a run", async () => {
    await client.answer({ rateLimits: toRateLimits(42) });
    const run = startCli(home, ["run", "--on-unknown", "go", "--", "sh", "-c", "echo begun; exec sleep 60"]);
    await run.hasPrinted("begun");
    await waitFor(client.readAsks, (asks) => asks.length > 0);
    run.kill("SIGTERM");
    await run.ended;
  });

  test("is who watches", async () => {
    await client.answer({ rateLimits: toRateLimits(42) });
    const listener = listen(home);
    const heard = await waitFor(listener.heard, (messages) => messages.some((text) => text.includes("claude-code")));
    expect(heard.at(-1)).toContain('"utilization":42');
    listener.socket.close();
    expect(await client.readAsks()).toHaveLength(1);
  });

  test("is refresh, also where there is no row yet", async () => {
    await client.answer({ rateLimits: toRateLimits(42) });
    const ended = await cli("refresh");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain("42");
    const again = await cli("refresh");
    expect(again.code).toBe(69);
    expect(again.stderr).toContain("Claude Code is asked again in");
  });

  test("starts nothing while somebody else reads this account, and not for another account's readings", async () => {
    const young = { ...toOldReading(), source: "proxy", observed_at: toMoment(-1_000) };
    await askSocket(home, "POST", "/readings", { readings: [young] });
    expect(await want()).toEqual({ read: false });
    expect(await client.readAsks()).toEqual([]);
    await client.answer({ rateLimits: toRateLimits(42) });
    await writeFile(join(home, ".claude.json"), toLoginText(OTHER_ACCOUNT));
    expect(await want()).toEqual({ read: true });
  });

  test("is nobody who only reads: the program is not started", async () => {
    for (const command of [["--json"], ["guard", "--no-wait"], ["line"], ["sources"], ["doctor"]])
      await cli(...command);
    expect(await client.readAsks()).toEqual([]);
    expect(await readSource()).toMatchObject([{ state: "silent", reason: "nobody-asks" }]);
  });
});

describe("no number is made of", () => {
  test.each([
    ["a refusal", { rateLimits: null }],
    ["what the client read before, and shows without a network", { rateLimits: toRateLimits(5), isOld: true }],
    ["windows without a value", { rateLimits: toRateLimits(null) }],
    ["a login that changed meanwhile", { rateLimits: toRateLimits(5), loginAfter: toLoginText(OTHER_ACCOUNT) }],
  ])("%s", async (_name, how) => {
    await client.answer(how);
    expect(await want()).toEqual({ read: false });
    expect(await cli("--json")).toMatchObject({ code: 69 });
    expect(await cli("guard", "--no-wait")).toMatchObject({ code: 69 });
    const [state] = await readSource();
    expect(state?.state).toBe("silent");
    expect(Date.parse(state?.next_ask_at ?? "")).toBeGreaterThan(Date.now() + 15 * 60_000);
  });

  test("a client that floods", async () => {
    await client.answer({ mode: "flood" });
    expect(await want()).toEqual({ read: false });
    const [ask] = await client.readAsks();
    expect(isAlive(ask?.pid ?? 0)).toBe(false);
  });
});

test("settings that name another credential than the login keep it silent", async () => {
  await mkdir(join(home, ".claude"), { recursive: true });
  await writeFile(join(home, ".claude", "settings.json"), '{ "apiKeyHelper": "/bin/key" }');
  expect(await want()).toEqual({ read: false });
  expect(await client.readAsks()).toEqual([]);
  expect(await readSource()).toMatchObject([{ reason: "other-credential" }]);
});

describe("Claude Code's cache", () => {
  const cached = (accountUuid: string, ageMs: number) => ({
    cachedUsageUtilization: { fetchedAtMs: Date.now() - ageMs, accountUuid, utilization: toRateLimits(61) },
  });

  test("is read without a request, dated by its own moment", async () => {
    await signIn(home, cached(ACCOUNT_UUID, 120_000));
    expect(await want()).toEqual({ read: true });
    expect(await client.readAsks()).toEqual([]);
    const [row] = await readRows();
    expect(row).toMatchObject({ source: "claude-code", windows: [{ utilization: 61 }, {}, {}] });
    expect(row?.age_seconds).toBeGreaterThanOrEqual(120);
  });

  test("of another account is nobody's", async () => {
    await signIn(home, cached(OTHER_ACCOUNT, 1_000));
    await want();
    expect(await cli("--json")).toMatchObject({ code: 69 });
  });
});

test("a folder of CLAUDE_CONFIG_DIR is a login of its own", async () => {
  const work = join(home, "work");
  const other = await signIn(work);
  await other.answer({ rateLimits: toRateLimits(77) });
  await client.answer({ rateLimits: toRateLimits(11) });
  await writeFile(join(work, ".claude.json"), toLoginText(OTHER_ACCOUNT));
  expect(await want(work)).toEqual({ read: true });
  expect(await readRows()).toMatchObject([{ account_uuid: OTHER_ACCOUNT, windows: [{ utilization: 77 }, {}, {}] }]);
  expect(await client.readAsks()).toEqual([]);
  expect(await other.readAsks()).toMatchObject([{ environment: { CLAUDE_CONFIG_DIR: work } }]);
  expect(await readSource()).toMatchObject([{ config_dir: null }, { config_dir: work }]);
});

test("a bridge that stops takes a client that hangs with it, and whatever that started", async () => {
  await client.answer({ mode: "hang" });
  const asking = want().catch(() => undefined);
  const [ask] = await waitFor(client.readAsks, (asks) => asks.length > 0);
  await daemon.stop();
  await asking;
  const started = [ask?.pid ?? 0, Number(await readFile(join(home, "children.log"), "utf8"))];
  await waitFor(
    () => started.filter(isAlive),
    (alive) => alive.length === 0,
  );
});

test("switched off, it is never started; switched on again, it is", async () => {
  await client.answer({ rateLimits: toRateLimits(42) });
  await cli("sources", "--off", "claude-code");
  expect(await want()).toEqual({ read: false });
  expect(await readSource()).toMatchObject([{ state: "off", reason: "off" }]);
  await cli("sources", "--on", "claude-code");
  expect(await want()).toEqual({ read: true });
});

test("oauth is off unless it was switched on, and then needs a token that is valid", async () => {
  expect(await readSource("oauth")).toMatchObject([{ state: "off" }]);
  expect(await cli("sources", "--on", "oauth")).toMatchObject({ code: 0 });
  expect(await readSource("oauth")).toMatchObject([{ state: "silent", reason: "no-token" }]);
  expect(await cli("sources", "--on", "proxy")).toMatchObject({ code: 64 });
});

function toOldReading() {
  const observed_at = toMoment(-3_600_000);
  const windows = { five_hour: { utilization: 20, resets_at: toMoment(3_600_000) } };
  return {
    source: "claude-code",
    account_uuid: ACCOUNT_UUID,
    org_uuid: ORG_UUID,
    account_email: null,
    observed_at,
    windows,
  };
}

describe("setup where no browser is", () => {
  const setUp = () => runCli(home, ["setup", "--yes", "--no-autostart"], { environment });

  test("reads through Claude Code, and doctor finds nothing wrong", async () => {
    await client.answer({ rateLimits: toRateLimits(42) });
    const ended = await setUp();
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain("no browser found: reading through Claude Code");
    expect(await readRows()).toMatchObject([{ source: "claude-code", state: "fresh" }]);
    expect(await cli("guard", "--no-wait")).toMatchObject({ code: 0 });
    const doctor = await runCli(home, ["doctor"], { environment });
    expect(doctor.stdout).toContain("none: reading through Claude Code");
    expect(doctor.stdout).not.toContain("pairing");
  });

  test("says why Claude Code gave nothing", async () => {
    await client.answer({ rateLimits: null });
    const ended = await setUp();
    expect(ended.stderr).toContain("no reading yet: it answered without numbers");
    const doctor = await runCli(home, ["doctor"], { environment });
    expect(doctor.stdout).toContain("Claude Code: it answered without numbers");
  });
});
