// The gate as a user runs it: exit codes, streams, signals, and which account it is about.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import * as z from "zod/mini";
import { writeRows, writeStatusText } from "../harness/home.ts";
import { CLI_PATH, type Ended, runCli, runProgram, startCli } from "../harness/program.ts";
import { createRecentRow, type RowParts, toMoment } from "../harness/recent-row.ts";
import { test } from "../harness/test.ts";

let folder: string;
const guard = (...args: string[]): Promise<Ended> => runCli(folder, ["guard", ...args]);
const write = (parts: RowParts = {}) => writeRows(folder, [createRecentRow(parts)]);

const eventSchema = z.strictObject({
  event: z.enum(["waiting", "released", "refused"]),
  at: z.iso.datetime(),
  reason: z.string().check(z.regex(/^[a-z-]+$/)),
  window: z.nullable(z.string()),
  utilization: z.nullable(z.number()),
  resets_at: z.nullable(z.iso.datetime()),
  full_at: z.nullable(z.iso.datetime()),
  resume_at: z.nullable(z.iso.datetime()),
  fetched_at: z.nullable(z.iso.datetime()),
});
const parseEvents = (stdout: string) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => eventSchema.parse(JSON.parse(line)));

test.beforeEach(({ folder: own }) => {
  folder = own;
});

const HOUR = 3_600_000;
const full: RowParts = { windows: [{ utilization: 97 }] };
const stale: RowParts = { ageMs: HOUR };

describe("an answer at once", () => {
  test.each([
    { name: "below", row: {}, args: [], code: 0, stderr: "" },
    { name: "over", row: full, args: ["--no-wait"], code: 75, stderr: "five_hour is at 97 % (limit 90 %), resets" },
    { name: "over, no time to wait", row: full, args: ["--max-wait", "0s"], code: 75, stderr: "giving up" },
    { name: "stale", row: stale, args: ["--no-wait"], code: 69, stderr: "the newest reading is 1 h old" },
    { name: "stale, old is fine", row: stale, args: ["--max-age", "2h"], code: 0, stderr: "" },
    { name: "stale, go", row: stale, args: ["--on-unknown", "go"], code: 0, stderr: "going on, as --on-unknown says" },
    { name: "stale, fail", row: stale, args: ["--on-unknown", "fail"], code: 69, stderr: "1 h old" },
    { name: "over, go on the unknown", row: full, args: ["--no-wait", "--on-unknown", "go"], code: 75, stderr: "97 %" },
    { name: "no such window", row: {}, args: ["--no-wait", "--window", "x"], code: 69, stderr: "unknown window x" },
    { name: "no such account", row: {}, args: ["--account", "nobody"], code: 69, stderr: "unknown account" },
    { name: "wrong percent", row: {}, args: ["--max", "0.9"], code: 64, stderr: "--max" },
    { name: "wrong option", row: {}, args: ["--maximum", "90"], code: 64, stderr: "--maximum" },
    { name: "stray argument", row: {}, args: ["five_hour"], code: 64, stderr: "five_hour" },
  ])("$name: $code", async ({ row, args, code, stderr }) => {
    await write(row);
    const ended = await guard(...args);
    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toContain(stderr);
    if (stderr === "") expect(ended.stderr).toBe("");
  });

  test("without any file says how to get one", async () => {
    const ended = await guard("--no-wait");
    expect(ended).toMatchObject({ code: 69, stdout: "" });
    expect(ended.stderr).toContain("claude-meter bridge start");
  });

  test.each([
    { row: {}, args: [], event: { event: "released", reason: "under", window: "five_hour", utilization: 42 } },
    {
      row: full,
      args: ["--no-wait"],
      event: { event: "refused", reason: "over", window: "five_hour", utilization: 97 },
    },
    { row: stale, args: ["--no-wait"], event: { event: "refused", reason: "stale", window: null, utilization: null } },
    { row: stale, args: ["--on-unknown", "go"], event: { event: "released", reason: "stale" } },
  ])("is one line of JSON with --json: $event", async ({ row, args, event }) => {
    await write(row);
    const { stdout } = await guard("--json", ...args);
    expect(parseEvents(stdout)).toEqual([expect.objectContaining(event)]);
  });

  test("is a refusal also when nobody reads it", async () => {
    await write(full);
    const script = `"$0" "$1" guard --no-wait --json | true; echo "\${PIPESTATUS[0]}"; "$0" "$1" guard --no-wait 2>&1 >/dev/null | true; echo "\${PIPESTATUS[0]}"`;
    const ended = await runProgram("bash", ["-c", script, process.execPath, CLI_PATH], {
      environment: { HOME: folder, CLAUDE_METER_HOME: folder },
    });
    expect(ended.stdout).not.toMatch(/^0$/m);
  });
});

describe("the row", () => {
  const [home, work] = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"];
  const twoRows = async () =>
    writeRows(folder, [
      createRecentRow({ org_uuid: home, org_name: "Home", windows: [{ utilization: 10 }] }),
      createRecentRow({ org_uuid: work, org_name: "Work", windows: [{ utilization: 97 }] }),
    ]);
  const signIn = (where: string, organizationUuid: string) =>
    writeFile(
      join(where, ".claude.json"),
      JSON.stringify({ oauthAccount: { organizationUuid, emailAddress: "user@example.com" } }, null, 2),
    );

  test("is none of two, and the list says so", async () => {
    await twoRows();
    const ended = await guard();
    expect(ended.code).toBe(69);
    expect(ended.stderr).toContain("ambiguous account");
    expect(ended.stderr).toContain(`user@example.com · Home · ${home}`);
    expect(ended.stderr).toContain(`user@example.com · Work · ${work}`);
  });

  test("is the one named", async () => {
    await twoRows();
    expect((await guard("--no-wait", "--account", "home")).code).toBe(0);
    expect((await guard("--no-wait", "--account", work)).code).toBe(75);
  });

  test("is the one this pane is signed in to", async () => {
    await twoRows();
    await signIn(folder, home);
    expect((await guard("--no-wait")).code).toBe(0);
    await signIn(folder, work);
    expect((await guard("--no-wait")).code).toBe(75);
  });

  test("is the one of CLAUDE_CONFIG_DIR before the home folder's", async () => {
    await twoRows();
    await signIn(folder, home);
    const config = join(folder, "config");
    await mkdir(config);
    await signIn(config, work);
    const ended = await runCli(folder, ["guard", "--no-wait"], {
      environment: { CLAUDE_CONFIG_DIR: config },
    });
    expect(ended.code).toBe(75);
  });

  test("is the one of CLAUDE_METER_ACCOUNT before the login's, after --account, and not when it is empty", async () => {
    await twoRows();
    await signIn(folder, home);
    const ask = async (account: string, ...args: string[]) => {
      const all = [CLI_PATH, "guard", "--no-wait", ...args];
      const asked = { environment: { HOME: folder, CLAUDE_METER_HOME: folder, CLAUDE_METER_ACCOUNT: account } };
      return (await runProgram(process.execPath, all, asked)).code;
    };
    expect(await ask(work)).toBe(75);
    expect(await ask(work, "--account", home)).toBe(0);
    expect(await ask("")).toBe(0);
    expect(await ask("nobody")).toBe(69);
  });

  test("is never another than this pane's, even when there is only that", async () => {
    await write();
    await signIn(folder, work);
    expect((await guard()).code).toBe(69);
  });
});

describe("a guard that waits", () => {
  const NEXT_LOOK_MS = 30_000;
  const startGuard = (...args: string[]) => startCli(folder, ["guard", ...args]);

  test("says one line, goes on after the reset, and says one more", async () => {
    await write({ windows: [{ utilization: 97, resets_at: toMoment(2_000) }] });
    const waiting = startGuard("--grace", "1s", "--spread", "0s", "--json");
    await waiting.hasSaid("waiting until");
    // Read after the reset, which the guard still waits for.
    await write({ windows: [{ utilization: 1 }], fetched_at: toMoment(3_000) });
    const { code, stdout, stderr } = await waiting.ended;
    expect(code).toBe(0);
    expect(stderr.trimEnd().split("\n")).toEqual([
      expect.stringContaining("five_hour is at 97 % (limit 90 %), resets"),
      "claude-meter: five_hour is at 1 %; going on.",
    ]);
    expect(parseEvents(stdout)).toEqual([
      expect.objectContaining({ event: "waiting", reason: "over", window: "five_hour", utilization: 97 }),
      expect.objectContaining({ event: "released", reason: "reset", window: "five_hour", utilization: 1 }),
    ]);
  });

  test("ends with 75 after --max-wait", async () => {
    await write(full);
    const { code, stderr } = await guard("--max-wait", "1s");
    expect(code).toBe(75);
    expect(stderr).toContain("waited 1 s, giving up");
  });

  test.each([
    { signal: "SIGINT" as const, code: 130 },
    { signal: "SIGTERM" as const, code: 143 },
  ])("ends at once on $signal with $code, not at its next look", async ({ signal, code }) => {
    await write(full);
    const waiting = startGuard("--json");
    await waiting.hasSaid("waiting until");
    const fromMs = Date.now();
    waiting.kill(signal);
    const ended = await waiting.ended;
    expect(Date.now() - fromMs).toBeLessThan(NEXT_LOOK_MS);
    expect(ended.code).toBe(code);
    expect(parseEvents(ended.stdout).at(-1)).toMatchObject({ event: "refused", reason: "interrupted" });
    expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  test("sees that a broken file is whole again", async () => {
    await writeStatusText(folder, '{"schema":1,"rows":[');
    const waiting = startGuard("--spread", "0s", "--max-wait", "2s");
    await waiting.hasSaid("damaged");
    await write();
    const { code, stderr } = await waiting.ended;
    expect(code).toBe(0);
    expect(stderr.trimEnd().split("\n").at(-1)).toBe("claude-meter: five_hour is at 42 %; going on.");
  });
});
