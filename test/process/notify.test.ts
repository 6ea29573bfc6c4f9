// `claude-meter notify` and a real bridge that tells a receiver on loopback: each event once, also over restarts.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { type Daemon, startDaemon } from "../harness/daemon.ts";
import { type PairedBrowser, pairBrowser } from "../harness/paired-browser.ts";
import { runCli, startCli } from "../harness/program.ts";
import { openReceiver, type Receiver } from "../harness/receiver.ts";
import { toMoment } from "../harness/recent-row.ts";
import { script } from "../harness/stand-in-agent.ts";
import { test as base } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createSnapshot, createUsageWindow } from "../shared/wire-examples.ts";

type World = {
  folder: string;
  cli: (...args: readonly string[]) => ReturnType<typeof runCli>;
  receiver: Receiver;
  browser: PairedBrowser;
  daemon: Daemon;
  /** kill -9, and a new one on the same folder. */
  restart: () => Promise<void>;
  /** One reading of the 5-hour window. */
  read: (utilization: number, resets_at?: string) => Promise<void>;
  /** Waits until so many were taken, and gives their titles. */
  titles: (count: number) => Promise<string[]>;
};

const test = base.extend<{ world: World }>({
  world: async ({ folder }, use) => {
    const receiver = await openReceiver();
    let daemon = await startDaemon({ home: folder });
    const browser = await pairBrowser(daemon);
    const { port } = daemon;
    const resetsAt = toMoment(3 * 3_600_000);
    await use({
      folder,
      receiver,
      browser,
      get daemon() {
        return daemon;
      },
      cli: (...args) => runCli(folder, args, { environment: { CLAUDE_METER_PORT: String(port) } }),
      restart: async () => {
        process.kill(daemon.pid, "SIGKILL");
        await waitFor(daemon.readExit, (exit) => exit !== undefined);
        daemon = await startDaemon({ home: folder, port });
      },
      read: async (utilization, resets_at = resetsAt) => {
        const windows = [createUsageWindow({ utilization, resets_at, severity: null })];
        await browser.report([createSnapshot({ fetched_at: toMoment(0), windows })]);
      },
      titles: async (count) => {
        await waitFor(
          () => receiver.taken,
          (taken) => taken.length >= count,
        );
        return receiver.taken.map(({ title }) => title);
      },
    });
    await daemon.stop();
  },
});

const events = ({ receiver }: World, kind = "ntfy") => ["notify", "add", `${receiver.url}/topic`, "--kind", kind];

test("a threshold is told once, however often the number jitters around it", async ({ world }) => {
  await world.cli(...events(world));
  for (let poll = 0; poll < 150; poll += 1) await world.read(poll % 2 === 0 ? 79.6 : 80.4);
  expect(await world.titles(1)).toEqual(["Claude 5-hour: 80.4 % used"]);
  await world.read(96);
  expect(await world.titles(2)).toEqual(["Claude 5-hour: 80.4 % used", "Claude 5-hour: 96 % used"]);
  const [{ path = "", body = "" } = {}] = world.receiver.taken;
  expect(path).toBe("/topic");
  expect(body).toMatch(/^Resets in (3 h|2 h 59 min) \(/);
});

test("a reset is told once, after a window that was over a threshold", async ({ world }) => {
  await world.cli(...events(world), "--events", "reset");
  const resetMs = Date.now() + 2_000;
  await world.read(97, new Date(resetMs).toISOString());
  await waitFor(
    () => readFile(join(world.folder, "notify-state.json"), "utf8").catch(() => ""),
    (text) => text.includes("five_hour"),
  );
  await waitFor(Date.now, (nowMs) => nowMs > resetMs);
  await world.read(1, toMoment(5 * 3_600_000));
  expect(await world.titles(1)).toEqual(["Claude 5-hour: has reset, 1 % used"]);
  await world.read(2, toMoment(5 * 3_600_000));
  await world.cli("notify", "test");
  expect(await world.titles(2)).toEqual(["Claude 5-hour: has reset, 1 % used", "claude-meter"]);
});

test("the ends of runs are told once each, and what ended before is old news", async ({ world }) => {
  const run = (code: number) => startCli(world.folder, ["run", "--on-unknown", "go", "--", ...script({ code })]).ended;
  await run(3);
  await world.cli(...events(world));
  await run(0);
  await world.titles(1);
  await run(4);
  expect((await world.titles(2)).join(", ")).toMatch(/^run [0-9a-f]{8} is done, run [0-9a-f]{8} failed$/);
  expect(world.receiver.taken[1]?.body).toMatch(/^Exit code 4\. Started/);
});

test("a webhook gets Slack's form", async ({ world }) => {
  await world.cli(...events(world, "webhook"));
  await world.read(96);
  await world.titles(1);
  const [{ contentType = "", body = "" } = {}] = world.receiver.taken;
  expect(contentType).toBe("application/json");
  expect(body).toMatch(/^\{"text":"Claude 5-hour: 96 % used\\nResets in [^"]*"\}$/);
});

test("names leave the machine only when asked for", async ({ world }) => {
  await world.cli(...events(world));
  await world.cli("notify", "add", `${world.receiver.url}/named`, "--kind", "ntfy", "--names");
  const other = {
    org_uuid: "00000000-0000-4000-8000-0000000000ee",
    org_name: "Second",
    account_email: "b@example.com",
  };
  const windows = [createUsageWindow({ utilization: 96, resets_at: toMoment(3_600_000) })];
  const fetched_at = toMoment(-1_000);
  await world.browser.report([
    createSnapshot({ fetched_at, windows }),
    createSnapshot({ ...other, fetched_at, windows }),
  ]);
  const titles = await world.titles(4);
  expect(titles.filter((title) => title.includes("Second"))).toHaveLength(1);
  expect(titles.filter((title) => title.includes("(00000000)"))).toHaveLength(2);
  const anonymous = world.receiver.taken.filter(({ path }) => path === "/topic");
  expect(JSON.stringify(anonymous)).not.toMatch(/@|Second/);
});

test("what a receiver cannot take is sent again, in order and once, also by the next bridge", async ({ world }) => {
  world.receiver.answer(503, { "retry-after": "1" });
  await world.cli(...events(world));
  await world.read(81);
  await waitFor(
    () => world.receiver.attempts,
    (attempts) => attempts > 0,
  );
  await world.read(96);
  await world.restart();
  await waitFor(
    () => world.receiver.attempts,
    (attempts) => attempts > 1,
  );
  world.receiver.answer(200);
  expect(await world.titles(2)).toEqual(["Claude 5-hour: 81 % used", "Claude 5-hour: 96 % used"]);
  // Between an answer and this file a kill sends the same again, as docs/notify.md says.
  await waitFor(
    () => readFile(join(world.folder, "notify-state.json"), "utf8"),
    (text) => text.includes('"outbox":[]'),
  );
  await world.restart();
  await world.read(97);
  await world.cli("notify", "test");
  expect(await world.titles(3)).toEqual([...(await world.titles(2)).slice(0, 2), "claude-meter"]);
});

test("a target that refuses is not asked again, and the next event still is sent", async ({ world }) => {
  world.receiver.answer(404);
  await world.cli(...events(world));
  await world.read(81);
  await waitFor(
    () => readFile(join(world.folder, "bridge.log"), "utf8"),
    (log) => /notify [0-9a-f]{8}: warning dropped, HTTP 404/.test(log),
  );
  world.receiver.answer(200);
  await world.read(96);
  expect(await world.titles(1)).toEqual(["Claude 5-hour: 96 % used"]);
});

test("in quiet hours nothing is sent, and nothing is lost", async ({ world }) => {
  await world.cli(...events(world));
  await world.cli("notify", "set", "--quiet", "00:00-23:59");
  await world.read(96);
  await waitFor(
    () => readFile(join(world.folder, "notify-state.json"), "utf8").catch(() => ""),
    (text) => text.includes("96 % used"),
  );
  expect(world.receiver.attempts).toBe(0);
  await world.cli("notify", "set", "--quiet", "off");
  expect(await world.titles(1)).toEqual(["Claude 5-hour: 96 % used"]);
});

test("a bridge that nobody asked to notify writes nothing about it", async ({ world }) => {
  await world.read(96);
  await expect(stat(join(world.folder, "notify-state.json"))).rejects.toThrow("ENOENT");
});

test("the address is kept in a private file and shown nowhere", async ({ world }) => {
  const added = await world.cli("notify", "add", "https://ntfy.sh/secret-topic", "--events", "failed,done");
  expect(added.stdout).toMatch(/^[0-9a-f]{8} {2}ntfy {2}https:\/\/ntfy\.sh\/… {2}failed,done\n$/);
  expect((await stat(join(world.folder, "notify.json"))).mode & 0o777).toBe(0o600);
  const shown = [await world.cli("notify"), await world.cli("notify", "--json")];
  expect(JSON.stringify(shown)).not.toContain("secret-topic");
  expect(shown[0]?.stdout).toContain("warns at 80 % and 95 %, no quiet hours");
});

test("a target is removed by its id", async ({ world }) => {
  const { stdout } = await world.cli("notify", "add", "https://example.com/hook");
  expect(await world.cli("notify", "remove", stdout.slice(0, 8))).toMatchObject({ code: 0 });
  const { code, stdout: list, stderr } = await world.cli("notify");
  expect(`${code} ${list}${stderr}`).toMatch(/^0 Nobody is notified/);
});

test("an address can come by standard input", async ({ folder }) => {
  const { code, stdout } = await runCli(folder, ["notify", "add", "-"], {
    stdin: "https://hooks.slack.com/services/x\n",
  });
  expect(`${code} ${stdout}`).toMatch(/^0 [0-9a-f]{8} {2}webhook {2}https:\/\/hooks\.slack\.com\/… /);
});

test.for([
  ["add"],
  ["add", "ftp://example.com"],
  ["add", "https://example.com", "--events", "everything"],
  ["add", "https://example.com", "--kind", "mail"],
  ["remove"],
  ["remove", "00000000"],
  ["set"],
  ["set", "--quiet", "25:00-08:00"],
  ["set", "--warn", "96"],
  ["test"],
])("notify %s is refused with 64", async (args, { folder }) => {
  expect(await runCli(folder, ["notify", ...args])).toMatchObject({ code: 64, stdout: "" });
});
