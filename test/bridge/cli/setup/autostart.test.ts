// What `setup` puts on a computer so that the bridge starts at login: on each platform the files, what its session manager
// is told, and no trace of it after a removal. systemd's and Apple's own verifiers are asked where they are at hand.
import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type AutostartOptions, createAutostart } from "../../../../bridge/cli/setup/autostart.ts";
import { toLaunchAgent, toScheduledTask, toSystemdUnit } from "../../../../bridge/cli/setup/autostart-texts.ts";
import { requireTool } from "../../../harness/require-tool.ts";
import { createTestFolder } from "../../../harness/test.ts";

const UNIT = "home/.config/systemd/user/claude-meter.service";
const LINK = "home/.config/systemd/user/default.target.wants/claude-meter.service";

/** A computer with a session manager that knows what it is told, and forgets it again. */
async function createComputer(more: Partial<AutostartOptions> = {}) {
  const folder = await createTestFolder();
  await mkdir(join(folder, "home"));
  const told: string[] = [];
  const tasks = new Set<string>();
  const run = async (program: string, args: readonly string[]) => {
    told.push([program, ...args].join(" ").replaceAll(folder, ""));
    const [verb, , task = ""] = args;
    if (verb === "/Create") tasks.add(task);
    if (verb === "/Delete") tasks.delete(task);
    return verb !== "/Query" || tasks.has(task);
  };
  const autostart = createAutostart({
    stateFolder: join(folder, "state"),
    nodePath: "/usr/bin/node",
    programFolder: "/opt/claude-meter/dist/bridge",
    platform: "linux",
    environment: { HOME: join(folder, "home"), USERDOMAIN: "PC", USERNAME: "ana" },
    hasSystemd: true,
    run,
    ...more,
  });
  const listFiles = async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
    return files.map((path) => path.slice(folder.length + 1)).toSorted();
  };
  return { folder, autostart, told, listFiles, run };
}

const platforms = [
  {
    platform: "linux",
    files: [UNIT, LINK, "state/start-bridge.sh"],
    set: ["systemctl --user daemon-reload", "systemctl --user start claude-meter.service"],
    unset: ["systemctl --user daemon-reload"],
    folders: ["home", "home/.config", "state"],
  },
  {
    platform: "darwin",
    files: ["home/Library/LaunchAgents/com.claude_meter.bridge.plist", "state/start-bridge.sh"],
    set: [
      `launchctl bootout gui/${process.getuid?.()}/com.claude_meter.bridge`,
      `launchctl bootstrap gui/${process.getuid?.()} /home/Library/LaunchAgents/com.claude_meter.bridge.plist`,
    ],
    unset: [`launchctl bootout gui/${process.getuid?.()}/com.claude_meter.bridge`],
    folders: ["home", "home/Library", "state"],
  },
  {
    platform: "win32",
    files: ["state/autostart.xml", "state/start-bridge.bat"],
    set: ["schtasks /Create /TN claude-meter /XML /state/autostart.xml /F", "schtasks /Run /TN claude-meter"],
    unset: ["schtasks /Delete /TN claude-meter /F"],
    folders: ["home"],
  },
] as const;

describe.each(platforms)("on $platform", ({ platform, files, set, unset, folders }) => {
  test("the plan is what happens, a second time nothing does, and removal leaves what was there before", async () => {
    const { folder, autostart, told, listFiles } = await createComputer({ platform });
    const planned = await autostart.planSetup();
    await autostart.setUp();
    expect(await listFiles()).toEqual(files);
    expect(told.filter((each) => !each.includes("/Query"))).toEqual(set);
    const targets = planned.map(({ target }) => target.replace(`${folder}/`, "")).toSorted();
    expect(targets).toEqual([...files, ...(platform === "win32" ? ["scheduled task claude-meter"] : [])].toSorted());
    expect(await autostart.planSetup()).toEqual([]);

    told.length = 0;
    expect((await autostart.planRemoval()).map(({ action }) => action)).toEqual(planned.map(() => "remove"));
    await autostart.remove();
    expect(told.filter((each) => !each.includes("/Query"))).toEqual(unset);
    expect((await readdir(folder, { recursive: true })).toSorted()).toEqual(folders);
    expect(await autostart.planRemoval()).toEqual([]);
  });

  test("nothing is told to anybody when there is nothing to remove", async () => {
    const { autostart, told } = await createComputer({ platform });
    await autostart.remove();
    expect(told.filter((each) => !each.includes("/Query"))).toEqual([]);
  });
});

test("units of others stay", async () => {
  const { folder, autostart, listFiles } = await createComputer();
  const other = "home/.config/systemd/user/other.service";
  await mkdir(join(folder, "home/.config/systemd/user"), { recursive: true });
  await writeFile(join(folder, other), "");
  await autostart.setUp();
  await autostart.remove();
  expect(await listFiles()).toEqual([other]);
});

test("without a running session everything is in place for the next login", async () => {
  const { autostart, listFiles } = await createComputer({ run: async () => false });
  await autostart.setUp();
  expect(await listFiles()).toEqual([UNIT, LINK, "state/start-bridge.sh"]);
});

describe("launchd", () => {
  /** It refuses a new job so many times, as it does while it lets go of the old one. */
  async function createMac(refusals: number) {
    const said: string[] = [];
    const run = async (_program: string, [verb = ""]: readonly string[]) => {
      said.push(verb);
      return verb !== "bootstrap" || said.filter((each) => each === verb).length > refusals;
    };
    const waited: number[] = [];
    const wait = async (ms: number) => void waited.push(ms);
    const { autostart } = await createComputer({ platform: "darwin", run, wait });
    await autostart.setUp();
    return { said, next: autostart.next, waited };
  }

  test("that still lets go of the job of before is asked again", async () => {
    const { said, next, waited } = await createMac(2);
    expect(said).toEqual(["bootout", "bootstrap", "bootstrap", "bootstrap"]);
    expect(waited).toHaveLength(2);
    expect(next).toBe("The bridge starts when you log in.");
  });

  test("that goes on refusing is not taken for done, and not asked for ever", async () => {
    const { said, next } = await createMac(Infinity);
    expect(said).toHaveLength(6);
    expect(next).toContain("launchctl could not start the bridge now");
  });
});

test("without systemd it says who starts the bridge, and writes nothing", async () => {
  const { autostart, listFiles } = await createComputer({ hasSystemd: false });
  const [kept] = await autostart.planSetup();
  expect(kept?.action).toBe("keep");
  expect(kept?.text).toContain("Your browser starts it instead");
  await autostart.setUp();
  expect(await listFiles()).toEqual([]);
});

test("a task that Windows refuses is not taken for done", async () => {
  const { autostart } = await createComputer({ platform: "win32", run: async () => false });
  await expect(autostart.setUp()).rejects.toThrow("rejected");
});

test("Windows reads the task in UTF-16 with its mark", async () => {
  const { folder, autostart } = await createComputer({ platform: "win32" });
  await autostart.setUp();
  const bytes = await readFile(join(folder, "state/autostart.xml"));
  expect([...bytes.subarray(0, 4)]).toEqual([0xff, 0xfe, 0x3c, 0x00]);
  expect(bytes.toString("utf16le")).toContain("<UserId>PC\\ana</UserId>");
});

test("the script starts the bridge as at login", async () => {
  const { folder, autostart } = await createComputer();
  await autostart.setUp();
  const script = await readFile(join(folder, "state/start-bridge.sh"), "utf8");
  expect(script).toMatch(/exec '\/usr\/bin\/node' '.*\/cli\.js' bridge start --at-login "\$@"\n$/);
});

const oddNames = [
  "plain",
  "a b",
  'a "b" c',
  "it's",
  "$HOME $" + "{HOME}",
  "%h %n 100%",
  "a\\b\\",
  "Jürgen 寓話",
  "a\nb",
  "& <c>",
];

describe.runIf(process.platform === "linux" && requireTool("systemd-analyze"))("systemd", () => {
  test.each(oddNames)("finds nothing to say of a unit for a script below %j", async (name) => {
    const folder = await createTestFolder();
    const script = join(folder, name, "start.sh");
    await mkdir(join(folder, name));
    await writeFile(script, "#!/bin/sh\n", { mode: 0o700 });
    const unit = join(folder, "claude-meter.service");
    await writeFile(unit, toSystemdUnit(script));
    const environment = { ...process.env, XDG_RUNTIME_DIR: folder };
    const verified = spawnSync("systemd-analyze", ["verify", "--user", "--man=no", unit], {
      encoding: "utf8",
      env: environment,
    });
    expect(verified.stderr).not.toContain("claude-meter.service");
    expect(verified.status).toBe(0);
  });
});

test.runIf(process.platform === "darwin")("plutil reads back a script in every folder", () => {
  const args = ["-extract", "ProgramArguments.0", "raw", "-o", "-", "-"];
  for (const name of oddNames) {
    const read = spawnSync("plutil", args, { encoding: "utf8", input: toLaunchAgent(`/${name}/start.sh`) });
    expect(read.stdout).toBe(`/${name}/start.sh\n`);
  }
});

test.each([toLaunchAgent("/a & <b>/x.sh"), toScheduledTask("/a & <b>/x.sh", "PC\\ana")])(
  "a path can not end its element",
  (xml) => {
    expect(xml).toContain("/a &amp; &lt;b&gt;/x.sh");
  },
);
