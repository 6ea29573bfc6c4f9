// The history on a real disk: what is kept, what comes back, and what happens when its file is not well.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect } from "vitest";
import { type HistoryKeeper, openHistory } from "../../../../bridge/daemon/history/history.ts";
import { openStore } from "../../../../bridge/daemon/history/store.ts";
import type { Observation } from "../../../../bridge/daemon/history/to-observations.ts";
import { openDatabase } from "../../../../bridge/state/sqlite.ts";
import { makeOlder } from "../../../harness/older-store.ts";
import { test } from "../../../harness/test.ts";
import { waitFor } from "../../../harness/wait-for.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const noon = Date.parse("2026-11-20T12:00:00.000Z");

let folder: string;
let nowMs: number;
let events: string[];
let opened: HistoryKeeper[];

test.beforeEach(async ({ folder: own }) => {
  folder = own;
  nowMs = noon;
  events = [];
  opened = [];
});

afterEach(async () => {
  for (const history of opened) await history.close();
});

async function open(): Promise<HistoryKeeper> {
  const history = await openHistory({ folder, now: () => nowMs, log: (event) => events.push(event) });
  opened.push(history);
  return history;
}

function observe(atMs: number, utilization: number | null, more: Partial<Observation> = {}): Observation {
  return { rowKey: "org account", window: "five_hour", label: "5-hour", point: [atMs, utilization, null], ...more };
}

function readValues(history: HistoryKeeper): (number | null)[] {
  const [series] = history.read({ rowKeys: ["org account"], sinceMs: 0, untilMs: nowMs + DAY });
  return series?.points.map(([, value]) => value) ?? [];
}

async function readBackups(): Promise<string[]> {
  const names = await readdir(join(folder, "backup")).catch((): string[] => []);
  return names.filter((name) => name.endsWith(".sqlite")).toSorted();
}

const LOCK_FOR_A_MOMENT = `
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite") ?? require("@photostructure/sqlite");
  const database = new DatabaseSync(process.argv[1]);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE");
  console.log("locked");
  setTimeout(() => process.exit(), 300);`;

const storePath = () => join(folder, "history.sqlite");

/** As a disk would do it: without their sums. */
async function changeValues(where: string): Promise<void> {
  const database = await openDatabase(storePath());
  database.exec(
    `PRAGMA ignore_check_constraints = ON; UPDATE points SET utilization = utilization + 0.5 WHERE ${where}`,
  );
  database.close();
}

describe("what is kept", () => {
  test("comes back after a restart, exactly", async () => {
    const first = await open();
    await first.append([observe(noon, 12.5), observe(noon, null, { window: "seven_day", label: "Weekly" })]);
    await first.close();
    const again = await open();
    expect(again.read({ rowKeys: ["org account"], sinceMs: noon, untilMs: noon + 1 })).toEqual([
      {
        rowKey: "org account",
        source: "extension",
        window: "five_hour",
        label: "5-hour",
        points: [[noon, 12.5, null]],
      },
      {
        rowKey: "org account",
        source: "extension",
        window: "seven_day",
        label: "Weekly",
        points: [[noon, null, null]],
      },
    ]);
  });

  test("the same observation a second time changes nothing", async () => {
    const history = await open();
    for (let round = 0; round < 3; round += 1) await history.append([observe(noon, 5), observe(noon + MINUTE, 6)]);
    expect(readValues(history)).toEqual([5, 6]);
  });

  test("a late observation finds its place", async () => {
    const history = await open();
    await history.append([observe(noon, 5)]);
    await history.append([observe(noon + 2 * MINUTE, 7)]);
    await history.append([observe(noon + MINUTE, 6)]);
    expect(readValues(history)).toEqual([5, 6, 7]);
  });

  test("another account's points stay apart", async () => {
    const history = await open();
    await history.append([observe(noon, 5), observe(noon, 50, { rowKey: "org other" })]);
    expect(readValues(history)).toEqual([5]);
  });

  test("only the asked time and window come back", async () => {
    const history = await open();
    await history.append([observe(noon, 5), observe(noon + MINUTE, 6), observe(noon, 1, { window: "seven_day" })]);
    const asked = { rowKeys: ["org account"], window: "five_hour", sinceMs: noon + 1, untilMs: noon + DAY };
    expect(history.read(asked).map(({ points }) => points)).toEqual([[[noon + MINUTE, 6, null]]]);
  });

  test("a window's newest label is the one it has", async () => {
    const history = await open();
    await history.append([observe(noon, 5)]);
    await history.append([observe(noon + MINUTE, 6, { label: "Session" })]);
    expect(history.read({ rowKeys: ["org account"], sinceMs: 0, untilMs: nowMs + DAY })[0]?.label).toBe("Session");
  });
});

describe("a file that is not well", () => {
  const spoilers: [string, () => Promise<void>][] = [
    ["no database at all", () => writeFile(storePath(), "hello ".repeat(1000))],
    ["cut in half", async () => writeFile(storePath(), (await readFile(storePath())).subarray(0, 6000))],
    [
      "spoilt in the middle",
      async () => {
        const bytes = await readFile(storePath());
        await writeFile(storePath(), bytes.fill(0x5a, 4096, 9000));
      },
    ],
    // As after a kill between setting aside and putting the backup in its place.
    ["gone", () => rm(storePath())],
    ["empty", () => writeFile(storePath(), "")],
    [
      "a folder",
      async () => {
        await rm(storePath());
        await mkdir(storePath());
      },
    ],
    [
      "a link",
      async () => {
        await rm(storePath());
        await symlink("/etc/hostname", storePath());
      },
    ],
    ["beside a folder where its log belongs", () => mkdir(`${storePath()}-wal`).then(() => undefined)],
    [
      "without its version",
      async () => {
        const database = await openDatabase(storePath());
        database.exec("PRAGMA user_version = 0");
        database.close();
      },
    ],
    ["with other numbers in most points", () => changeValues("true")],
    [
      "of a newer version",
      async () => {
        const database = await openDatabase(storePath());
        database.exec("PRAGMA user_version = 99");
        database.close();
      },
    ],
  ];

  test.each(spoilers)("%s is set aside, and the last backup goes on", async (_name, spoil) => {
    const first = await open();
    await first.append([observe(noon, 5)]);
    await waitFor(readBackups, (names) => names.includes("history-2026-11-20.sqlite"));
    await first.append([observe(noon + MINUTE, 6)]);
    await first.close();
    await rm(`${storePath()}-wal`, { force: true });
    await spoil();
    const again = await open();
    expect(readValues(again)).toEqual([5]);
    await again.append([observe(noon + 2 * MINUTE, 7)]);
    expect(readValues(again)).toEqual([5, 7]);
    const kept = await readdir(join(folder, "quarantine"));
    expect(kept.filter((name) => name.endsWith("-history.sqlite"))).toHaveLength(1);
    expect(events.some((event) => event.includes("was restored from"))).toBe(true);
  });

  test("a few numbers that fell over cost those points and no others, and no backup is needed", async () => {
    const first = await open();
    await first.append([observe(noon, 5)]);
    await waitFor(readBackups, (names) => names.length === 1);
    for (let minute = 1; minute < 10; minute += 1) await first.append([observe(noon + minute * MINUTE, 5 + minute)]);
    await first.close();
    await changeValues("utilization IN (7, 9)");
    const again = await open();
    expect(readValues(again)).toEqual([5, 6, 8, 10, 11, 12, 13, 14]);
    expect(events.filter((event) => event.includes("checksum"))).toEqual([
      "history.sqlite: 2 points did not match their checksum and are gone",
    ]);
    expect(await readdir(folder)).not.toContain("quarantine");
    await again.append([observe(noon + 10 * MINUTE, 15)]);
    expect(readValues(again)).toHaveLength(9);
  });

  test("no bit that falls over makes it another history: it is as it was, without that point, or found damaged", async () => {
    const first = await open();
    for (let minute = 0; minute < 200; minute += 1) {
      const resets: Observation["point"] = [noon + minute * MINUTE, minute / 8, noon + 5 * 60 * MINUTE];
      await first.append([{ ...observe(0, 0), point: resets }]);
    }
    await first.close();
    const bytes = await readFile(storePath());
    const all = { rowKeys: ["org account"], sinceMs: 0, untilMs: nowMs + DAY };
    const readAll = async () => {
      const store = await openStore(storePath(), { check: true });
      try {
        return store.read(all);
      } finally {
        store.close();
      }
    };
    const toTexts = (series: { points: readonly unknown[] }) => series.points.map((point) => JSON.stringify(point));
    const points = new Set((await readAll()).flatMap(toTexts));
    let noticed = 0;
    const isAsItWas = async (bit: number) => {
      const broken = Buffer.from(bytes);
      broken.writeUInt8(broken.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      await writeFile(storePath(), broken);
      const found = await readAll().catch(() => undefined);
      const missing = points.size - (found?.[0]?.points.length ?? 0);
      if (missing > 0) noticed += 1;
      return found === undefined || (missing <= 1 && found.flatMap(toTexts).every((point) => points.has(point)));
    };
    const wrong: number[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit += 397) if (!(await isAsItWas(bit))) wrong.push(bit);
    expect(wrong).toEqual([]);
    expect(noticed).toBeGreaterThan(0);
  });

  test("without any good backup the history begins again", async () => {
    await writeFile(storePath(), "hello ".repeat(1000));
    await mkdir(join(folder, "backup"));
    await writeFile(join(folder, "backup", "history-2026-11-19.sqlite"), "no backup either");
    const history = await open();
    await history.append([observe(noon, 5)]);
    expect(readValues(history)).toEqual([5]);
  });

  test("a folder that is deleted while it runs is made again, with what comes from then on", async () => {
    const history = await open();
    await history.append([observe(noon, 5)]);
    await waitFor(readBackups, (names) => names.length === 1);
    await rm(folder, { recursive: true });
    await mkdir(folder);
    await history.append([observe(noon + MINUTE, 6)]);
    expect(readValues(history)).toEqual([6]);
    expect((await stat(storePath())).size).toBeGreaterThan(0);
  });

  test("one that somebody else has locked for a moment is waited for", async () => {
    const other = spawn(process.execPath, [
      "--disable-warning=ExperimentalWarning",
      "-e",
      LOCK_FOR_A_MOMENT,
      storePath(),
    ]);
    await once(other.stdout, "data");
    await open();
    expect(events).toEqual([]);
    await once(other, "close");
  });

  test("one that can not be opened at all refuses what comes, and takes it again when it can", async () => {
    const blocked = join(folder, "quarantine");
    await writeFile(storePath(), "hello ".repeat(1000));
    await writeFile(blocked, "in the way of what must be set aside");
    const history = await open();
    await expect(history.append([observe(noon, 5)])).rejects.toMatchObject({ code: "disk-full" });
    await rm(blocked);
    await history.append([observe(noon, 5)]);
    expect(readValues(history)).toEqual([5]);
  });
});

describe("a store of an older version", () => {
  test("comes through with every point, and its numbers are guarded from then on", async () => {
    const first = await open();
    await first.append([observe(noon, 12.5), observe(noon + MINUTE, null), observe(noon, 3, { window: "seven_day" })]);
    const before = first.read({ rowKeys: ["org account"], sinceMs: 0, untilMs: nowMs + DAY });
    await first.close();
    await makeOlder(storePath());
    const again = await open();
    expect(again.read({ rowKeys: ["org account"], sinceMs: 0, untilMs: nowMs + DAY })).toEqual(before);
    await again.close();
    const database = await openDatabase(storePath());
    expect(() => database.exec("UPDATE points SET utilization = utilization + 1")).toThrow("CHECK constraint failed");
    database.close();
  });
});

describe("once a day", () => {
  async function live(history: HistoryKeeper, atMs: number, backups: number): Promise<void> {
    nowMs = atMs;
    await history.append([observe(atMs, atMs % 97)]);
    await waitFor(readBackups, (names) => names.length === backups);
  }

  test("a backup is made that opens and holds everything, and three are kept", async () => {
    const history = await open();
    for (let day = 0; day < 3; day += 1) await live(history, noon + day * DAY, day + 1);
    nowMs = noon + 3 * DAY;
    await history.append([observe(nowMs, 99)]);
    const names = ["history-2026-11-21.sqlite", "history-2026-11-22.sqlite", "history-2026-11-23.sqlite"];
    await waitFor(
      async () => (await readBackups()).join(),
      (found) => found === names.join(),
    );
    const backup = await openStore(join(folder, "backup", "history-2026-11-23.sqlite"), { check: true });
    expect(backup.read({ rowKeys: ["org account"], sinceMs: 0, untilMs: nowMs + 1 })[0]?.points).toHaveLength(4);
    backup.close();
  });

  test("no backup is made of a store that was damaged meanwhile, and the next reading goes on without what fell over", async () => {
    const history = await open();
    await live(history, noon, 1);
    await changeValues("true");
    await history.append([observe(noon + DAY, 50)]);
    nowMs = noon + DAY;
    await history.append([observe(nowMs + MINUTE, 51)]);
    await waitFor(
      () => events.join(),
      (words) => words.includes("could not be backed up"),
    );
    expect(await readBackups()).toEqual(["history-2026-11-20.sqlite"]);
    await history.append([observe(nowMs + 2 * MINUTE, 52)]);
    expect(readValues(history)).toEqual([50, 51, 52]);
  });

  test("backups of a clock that was ahead neither push out later ones nor come back before them", async () => {
    const history = await open();
    for (let day = 30; day < 33; day += 1) await live(history, noon + day * DAY, day - 29);
    nowMs = noon;
    await history.append([observe(noon, 1)]);
    await waitFor(
      async () => (await readBackups()).join(),
      (names) => names.includes("history-2026-11-20.sqlite"),
    );
    await history.append([observe(noon + MINUTE, 2)]);
    await history.close();
    await writeFile(storePath(), "hello ".repeat(1000));
    await open();
    expect(events.filter((event) => event.includes("was restored from"))).toEqual([
      expect.stringContaining("history-2026-11-20.sqlite"),
    ]);
  });

  test("what is older than 400 days is forgotten, and nothing younger", async () => {
    const history = await open();
    await history.append([observe(noon, 5), observe(noon + 2 * DAY, 6)]);
    await live(history, noon + 401 * DAY, 1);
    await waitFor(
      () => readValues(history),
      (values) => values.length === 2,
    );
    expect(readValues(history)[0]).toBe(6);
  });
});
