// `claude-meter accounts forget`: with a bridge and without one, asked in a terminal and from a script.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { readStatus } from "../../bridge/state/read-status.ts";
import { writeRows } from "../harness/home.ts";
import { runCli, runProgram } from "../harness/program.ts";
import { createRecentRow, createUsualRow, toMoment } from "../harness/recent-row.ts";
import { requireTool } from "../harness/require-tool.ts";
import { test } from "../harness/test.ts";

const DAY_MS = 86_400_000;
const ben = {
  account_uuid: "00000000-0000-4000-8000-0000000000b1",
  account_email: "ben@example.com",
  org_uuid: "00000000-0000-4000-8000-0000000000b2",
  org_name: "Bolt",
};
const rows = () => [createUsualRow(17, 28), createRecentRow({ ...ben, ageMs: 20 * DAY_MS })];

function readEmails(folder: string): (string | null)[] {
  const reading = readStatus(join(folder, "status.json"));
  return reading.kind === "read" ? reading.status.rows.map(({ account_email }) => account_email) : [];
}

describe("accounts forget", () => {
  test("takes the row from a running bridge, which goes on without it", async ({ bridge }) => {
    const { home, environment } = bridge;
    await writeRows(home, rows());
    await bridge.start();
    const done = await runCli(home, ["accounts", "forget", "BEN@example.com", "--yes"], { environment });
    expect(done).toMatchObject({ code: 0, stdout: "" });
    expect(done.stderr).toMatch(/^Forgotten:\n {2}ben@example\.com · Bolt · .* 20 d ago\n$/);
    expect(readEmails(home)).not.toContain("ben@example.com");
    expect(await bridge.readRows()).toHaveLength(1);
  });

  test("does it without a bridge as well, and leaves none running", async ({ bridge }) => {
    const { home, environment } = bridge;
    await writeRows(home, rows());
    const done = await runCli(home, ["accounts", "forget", "Bolt", "--yes", "--json"], { environment });
    expect(done.code).toBe(0);
    expect(JSON.parse(done.stdout)).toEqual([
      { ...ben, plan: createUsualRow(1, 1).plan, browser: createUsualRow(1, 1).browser },
    ]);
    expect(readEmails(home)).not.toContain("ben@example.com");
    expect((await runCli(home, ["bridge", "status"], { environment })).code).toBe(69);
    expect(existsSync(join(home, "stopped"))).toBe(false);
  });

  test("leaves a bridge that was stopped by hand stopped for the next login", async ({ bridge }) => {
    const { home, environment } = bridge;
    await writeRows(home, rows());
    await bridge.start();
    await bridge.stop();
    expect((await runCli(home, ["accounts", "forget", "Bolt", "--yes"], { environment })).code).toBe(0);
    expect(existsSync(join(home, "stopped"))).toBe(true);
  });

  test("says that a row which is still read comes back", async ({ bridge }) => {
    await writeRows(bridge.home, [createUsualRow(17, 28)]);
    const { environment } = bridge;
    const done = await runCli(bridge.home, ["accounts", "forget", "user@example.com", "--yes"], { environment });
    expect(done.stderr).toContain("brings it back");
  });

  test.for([
    { name: "without a terminal and without --yes", args: ["forget", "Bolt"], code: 64, words: "--yes" },
    { name: "without a name", args: ["forget", "--yes"], code: 64, words: "needs a name" },
    { name: "a name that nobody has", args: ["forget", "Blot", "--yes"], code: 69, words: '"Blot". Known accounts' },
    { name: "two names", args: ["forget", "Bolt", "Acme", "--yes"], code: 64, words: '"Acme"' },
    { name: "--yes for the list", args: ["--yes"], code: 64, words: "forget <name>" },
  ])("$name changes nothing and says why", async ({ args, code, words }, { home }) => {
    await home.publish(...rows());
    const done = await home.run(["accounts", ...args]);
    expect([done.code, done.stdout]).toEqual([code, ""]);
    expect(done.stderr).toContain(words);
    expect(readEmails(home.folder)).toHaveLength(2);
  });

  test("asks in a terminal, and no means no", async ({ home }) => {
    requireTool("script");
    await home.publish(...rows());
    const environment = { HOME: home.folder, CLAUDE_METER_HOME: home.folder };
    const typed = `exec '${process.execPath}' dist/bridge/cli.js accounts forget Bolt`;
    const shown = await runProgram("script", ["-qec", typed, "/dev/null"], { environment, stdin: "n\n" });
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain("Forget it? [y/N]");
    expect(shown.stdout).toContain("Nothing was changed.");
    expect(readEmails(home.folder)).toHaveLength(2);
  });
});

describe("a bridge that starts", () => {
  test("leaves out what nobody has read for 35 days, in the file too", async ({ bridge }) => {
    await writeRows(bridge.home, [createUsualRow(17, 28), createRecentRow({ ...ben, ageMs: 36 * DAY_MS })]);
    await bridge.start();
    expect(readEmails(bridge.home)).toEqual(["user@example.com"]);
  });

  test("removes what killed writes left behind, and nothing that may be under way", async ({ bridge }) => {
    const left = { old: "status.json.0123456789ab.tmp", recent: "keys.json.0123456789ab.tmp", own: "notes.tmp" };
    for (const name of Object.values(left)) await writeFile(join(bridge.home, name), "x");
    const yesterday = new Date(toMoment(-DAY_MS));
    for (const name of [left.old, left.own]) await utimes(join(bridge.home, name), yesterday, yesterday);
    await bridge.start();
    const names = (await readdir(bridge.home)).filter((name) => name.endsWith(".tmp"));
    expect(names.toSorted()).toEqual([left.recent, left.own]);
  });

  test("keeps the newest dozen of its quarantine, and says where each one is", async ({ bridge }) => {
    const quarantine = join(bridge.home, "quarantine");
    await mkdir(quarantine);
    for (let moment = 1; moment <= 40; moment += 1) await writeFile(join(quarantine, `${moment}-status.json`), "x");
    await writeFile(join(bridge.home, "status.json"), "no status");
    await bridge.start();
    const names = await readdir(quarantine);
    expect(names).toHaveLength(12);
    expect(names).toEqual(expect.arrayContaining(["40-status.json", "30-status.json"]));
    const log = await readFile(join(bridge.home, "bridge.log"), "utf8");
    expect(names.some((name) => log.includes(name))).toBe(true);
  });
});
