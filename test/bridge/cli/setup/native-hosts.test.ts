// What `setup` puts on a computer so that browsers find the native host: each platform's places, odd paths, and no trace
// of it after a removal.
import { execFile } from "node:child_process";
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import type { Change } from "../../../../bridge/cli/setup/installation.ts";
import { createNativeHosts, type NativeHostOptions } from "../../../../bridge/cli/setup/native-hosts.ts";
import { createRegistry, type Registry } from "../../../../bridge/cli/setup/registry.ts";
import { FIREFOX_EXTENSION_ID } from "../../../../shared/protocol.ts";
import { createTestFolder } from "../../../harness/test.ts";

const MANIFEST = "com.claude_meter.bridge.json";
const ORIGIN = "chrome-extension://mcfgdnjkhomoglnbllnaaeidincphmjb/";

const browsers = {
  linux: [
    ".config/google-chrome",
    ".config/google-chrome-beta",
    ".config/google-chrome-unstable",
    ".config/google-chrome-canary",
    ".config/chromium",
    ".config/BraveSoftware/Brave-Browser",
    ".config/BraveSoftware/Brave-Browser-Beta",
    ".config/BraveSoftware/Brave-Browser-Nightly",
    ".config/microsoft-edge",
    ".config/microsoft-edge-beta",
    ".config/microsoft-edge-dev",
    ".config/vivaldi",
    ".config/opera",
    ".config/opera-beta",
    ".config/opera-developer",
  ],
  darwin: [
    "Library/Application Support/Google/Chrome",
    "Library/Application Support/Google/Chrome Beta",
    "Library/Application Support/Google/Chrome Dev",
    "Library/Application Support/Google/Chrome Canary",
    "Library/Application Support/Chromium",
    "Library/Application Support/BraveSoftware/Brave-Browser",
    "Library/Application Support/BraveSoftware/Brave-Browser-Beta",
    "Library/Application Support/BraveSoftware/Brave-Browser-Nightly",
    "Library/Application Support/Microsoft Edge",
    "Library/Application Support/Microsoft Edge Beta",
    "Library/Application Support/Microsoft Edge Dev",
    "Library/Application Support/Microsoft Edge Canary",
    "Library/Application Support/Arc/User Data",
    "Library/Application Support/Vivaldi",
    "Library/Application Support/com.operasoftware.Opera",
    "Library/Application Support/com.operasoftware.OperaNext",
    "Library/Application Support/com.operasoftware.OperaDeveloper",
    "Library/Application Support/com.operasoftware.OperaGX",
  ],
} as const;

const registryKeys = [
  "HKCU\\Software\\Google\\Chrome\\NativeMessagingHosts\\com.claude_meter.bridge",
  "HKCU\\Software\\Chromium\\NativeMessagingHosts\\com.claude_meter.bridge",
  "HKCU\\Software\\Microsoft\\Edge\\NativeMessagingHosts\\com.claude_meter.bridge",
  "HKCU\\Software\\Mozilla\\NativeMessagingHosts\\com.claude_meter.bridge",
] as const;

/** What a browser that was started has in its folder. */
const PROFILE = "Local State";

/** A home folder of its own, in which the named browsers have been started once. */
async function createHome(...folders: readonly string[]): Promise<string> {
  const home = await createTestFolder();
  for (const folder of folders) {
    await mkdir(join(home, folder), { recursive: true });
    await writeFile(join(home, folder, PROFILE), "{}");
  }
  return home;
}

function toOptions(home: string, more: Partial<NativeHostOptions> = {}): NativeHostOptions {
  return {
    stateFolder: join(home, "state"),
    nodePath: "/usr/bin/node",
    programFolder: "/opt/claude-meter/dist/bridge",
    browserDirs: [],
    platform: "linux",
    environment: { HOME: home },
    registry: createOwnRegistry(),
    ...more,
  };
}

/** Like the real one, but in memory. */
function createOwnRegistry(values = new Map<string, string>()): Registry {
  return {
    read: async (key) => values.get(key),
    write: async (key, value) => void values.set(key, value),
    remove: async (key) => void values.delete(key),
  };
}

/** Every file and folder below, as paths relative to it. */
async function list(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).toSorted();
}

function toTargets(changes: readonly Change[]): string[] {
  return changes.map(({ action, target }) => `${action} ${target}`).toSorted();
}

describe.each(["linux", "darwin"] as const)("on %s", (platform) => {
  const folders = browsers[platform];

  test("each browser that is there gets a manifest which names the script and our extension alone", async () => {
    const home = await createHome(...folders);
    await createNativeHosts(toOptions(home, { platform })).setUp();
    for (const folder of folders) {
      const path = join(home, folder, "NativeMessagingHosts", MANIFEST);
      expect(JSON.parse(await readFile(path, "utf8"))).toEqual({
        name: "com.claude_meter.bridge",
        description: "claude-meter: starts the bridge and pairs this browser with it",
        path: join(home, "state", "native-host.sh"),
        type: "stdio",
        allowed_origins: [ORIGIN],
      });
      expect((await stat(path)).mode & 0o777).toBe(0o644);
    }
    expect((await stat(join(home, "state", "native-host.sh"))).mode & 0o777).toBe(0o700);
  });

  test("a browser that is not there gets nothing, not even a folder", async () => {
    const home = await createHome(folders[0]);
    await createNativeHosts(toOptions(home, { platform })).setUp();
    const written = (await list(home)).filter((path) => path.endsWith(MANIFEST));
    expect(written).toEqual([join(folders[0], "NativeMessagingHosts", MANIFEST)]);
  });

  test("the plan is what happens, a second time nothing does, and removal leaves what was there before", async () => {
    const home = await createHome(...folders);
    const before = await list(home);
    const hosts = createNativeHosts(toOptions(home, { platform }));
    const planned = toTargets(await hosts.planSetup());
    await hosts.setUp();
    const after = (await list(home)).filter((path) => !before.includes(path));
    const files = after.filter((path) => path.endsWith(MANIFEST) || path.endsWith(".sh"));
    expect(planned).toEqual(files.map((path) => `write ${join(home, path)}`).toSorted());
    expect(await hosts.planSetup()).toEqual([]);
    await hosts.setUp();
    expect((await list(home)).filter((path) => !before.includes(path))).toEqual(after);

    expect(await hosts.planRemoval()).toHaveLength(planned.length + 1);
    await hosts.remove();
    expect((await list(home)).filter((path) => path !== "state")).toEqual(before);
    expect(await hosts.planRemoval()).toEqual([]);
    await hosts.remove();
  });
});

describe("on Linux", () => {
  test("a browser that was never started is known by its program, and has no folder again after a removal", async () => {
    const home = await createHome();
    const programs = join(home, "bin");
    await mkdir(programs);
    await writeFile(join(programs, "brave-browser"), "");
    const environment = { HOME: home, PATH: `/snap/bin:${programs}` };
    const hosts = createNativeHosts(toOptions(home, { environment }));
    await hosts.setUp();
    const manifest = join(".config/BraveSoftware/Brave-Browser/NativeMessagingHosts", MANIFEST);
    expect((await list(home)).filter((path) => path.endsWith(MANIFEST))).toEqual([manifest]);
    await hosts.remove();
    expect(await list(home)).toEqual([".config", "bin", "bin/brave-browser", "state"]);
  });

  test("XDG_CONFIG_HOME is where browsers are, when it is set", async () => {
    const home = await createHome("elsewhere/chromium", ".config/chromium");
    const environment = { HOME: home, XDG_CONFIG_HOME: join(home, "elsewhere") };
    const planned = toTargets(await createNativeHosts(toOptions(home, { environment })).planSetup());
    expect(planned).toEqual([
      `write ${join(home, "elsewhere/chromium/NativeMessagingHosts", MANIFEST)}`,
      `write ${join(home, "state/native-host.sh")}`,
    ]);
  });
});

describe.each([
  { platform: "linux", profiles: ".mozilla/firefox", hosts: ".mozilla/native-messaging-hosts" },
  { platform: "linux", profiles: ".config/mozilla/firefox", hosts: ".mozilla/native-messaging-hosts" },
  {
    platform: "darwin",
    profiles: "Library/Application Support/Firefox",
    hosts: "Library/Application Support/Mozilla/NativeMessagingHosts",
  },
])("Firefox on $platform with its profiles in $profiles", ({ platform, profiles, hosts }) => {
  test("gets a manifest of its own form, which names our extension alone", async () => {
    const home = await createHome(profiles);
    await createNativeHosts(toOptions(home, { platform })).setUp();
    const path = join(home, hosts, MANIFEST);
    expect((await list(home)).filter((each) => each.endsWith(MANIFEST))).toEqual([join(hosts, MANIFEST)]);
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual({
      name: "com.claude_meter.bridge",
      description: "claude-meter: starts the bridge and pairs this browser with it",
      path: join(home, "state", "native-host.sh"),
      type: "stdio",
      allowed_extensions: [FIREFOX_EXTENSION_ID],
    });
    expect((await stat(path)).mode & 0o777).toBe(0o644);
  });

  test("has nothing of ours after a removal, and keeps its profiles and the hosts of others", async () => {
    const home = await createHome(profiles);
    const before = await list(home);
    const native = createNativeHosts(toOptions(home, { platform }));
    await native.setUp();
    expect(await native.planSetup()).toEqual([]);
    await native.remove();
    expect((await list(home)).filter((each) => each !== "state")).toEqual(before);

    await mkdir(join(home, hosts), { recursive: true });
    await writeFile(join(home, hosts, "org.example.host.json"), "{}");
    await native.setUp();
    await native.remove();
    expect(await list(join(home, hosts))).toEqual(["org.example.host.json"]);
  });
});

test("Firefox that was never started is known by its program", async () => {
  const home = await createHome();
  await mkdir(join(home, "bin"));
  await writeFile(join(home, "bin", "firefox-esr"), "");
  const hosts = createNativeHosts(toOptions(home, { environment: { HOME: home, PATH: join(home, "bin") } }));
  await hosts.setUp();
  expect(await list(join(home, ".mozilla"))).toEqual([
    "native-messaging-hosts",
    join("native-messaging-hosts", MANIFEST),
  ]);
  await hosts.remove();
  expect(await list(home)).toEqual(["bin", "bin/firefox-esr", "state"]);
});

describe("another browser", () => {
  test("of Firefox's kind is known by its list of profiles", async () => {
    const home = await createHome(".librewolf");
    const folder = join(home, ".librewolf");
    await writeFile(join(folder, "profiles.ini"), "");
    await createNativeHosts(toOptions(home, { browserDirs: [folder] })).setUp();
    const text = await readFile(join(folder, "native-messaging-hosts", MANIFEST), "utf8");
    expect(JSON.parse(text)).toMatchObject({ allowed_extensions: [FIREFOX_EXTENSION_ID] });
    await createNativeHosts(toOptions(home)).remove();
    expect(await list(folder)).toEqual([PROFILE, "profiles.ini"]);
  });

  test("named by its folder gets a manifest, and loses it again without being named", async () => {
    const home = await createHome("profile");
    const dir = join(home, "profile");
    await createNativeHosts(toOptions(home, { browserDirs: [dir, `${dir}/`] })).setUp();
    expect(await list(dir)).toEqual([PROFILE, "NativeMessagingHosts", join("NativeMessagingHosts", MANIFEST)]);
    await createNativeHosts(toOptions(home)).setUp();
    await createNativeHosts(toOptions(home)).remove();
    expect(await list(dir)).toEqual([PROFILE]);
  });

  test("named by a relative path is found again from every other folder", async () => {
    const home = await createHome("profile");
    const browserDirs = [relative(process.cwd(), join(home, "profile"))];
    await createNativeHosts(toOptions(home, { browserDirs })).setUp();
    const written: unknown = JSON.parse(await readFile(join(home, "state", "native-hosts.json"), "utf8"));
    expect(written).toEqual([join(home, "profile", "NativeMessagingHosts", MANIFEST)]);
  });
});

describe("a removal", () => {
  test("leaves the hosts of other programs alone", async () => {
    const home = await createHome(".config/chromium");
    const folder = join(home, ".config/chromium/NativeMessagingHosts");
    await mkdir(folder);
    await writeFile(join(folder, "org.example.host.json"), "{}");
    const hosts = createNativeHosts(toOptions(home));
    await hosts.setUp();
    await hosts.remove();
    expect(await list(folder)).toEqual(["org.example.host.json"]);
  });

  test.each([
    ["lost", undefined],
    ["cut off", '["/a'],
    ["something else", '{"a":1}'],
  ])("finds the manifests also when the list of them is %s", async (_name, text) => {
    const home = await createHome(".config/chromium");
    const before = await list(home);
    const hosts = createNativeHosts(toOptions(home));
    await hosts.setUp();
    const path = join(home, "state", "native-hosts.json");
    if (text === undefined) await rm(path);
    else await writeFile(path, text);
    await hosts.remove();
    expect(await list(home)).toEqual([...before, "state"]);
  });
});

describe("a setup", () => {
  test("mends a script that can not be started any more", async () => {
    const home = await createHome();
    const hosts = createNativeHosts(toOptions(home));
    await hosts.setUp();
    const script = join(home, "state", "native-host.sh");
    await chmod(script, 0o600);
    expect(toTargets(await hosts.planSetup())).toEqual([`write ${script}`]);
    await hosts.setUp();
    expect((await stat(script)).mode & 0o777).toBe(0o700);
  });

  test("puts a file in the place of a link, and leaves what it pointed to alone", async () => {
    const home = await createHome(".config/chromium/NativeMessagingHosts");
    const victim = join(home, "victim");
    await writeFile(victim, "untouched");
    await symlink(victim, join(home, ".config/chromium/NativeMessagingHosts", MANIFEST));
    await createNativeHosts(toOptions(home)).setUp();
    expect(await readFile(victim, "utf8")).toBe("untouched");
  });

  test.each<[string, Partial<NativeHostOptions>]>([
    ["Node", { nodePath: "/opt/node/bin/node" }],
    ["place of the program", { programFolder: "/usr/lib/claude-meter" }],
  ])("notices another %s", async (_name, change) => {
    const home = await createHome(".config/chromium");
    await createNativeHosts(toOptions(home)).setUp();
    const plan = await createNativeHosts(toOptions(home, change)).planSetup();
    expect(toTargets(plan)).toEqual([`write ${join(home, "state", "native-host.sh")}`]);
  });

  test("notices another state folder", async () => {
    const home = await createHome(".config/chromium");
    await createNativeHosts(toOptions(home)).setUp();
    const stateFolder = join(home, "moved");
    expect(await createNativeHosts(toOptions(home, { stateFolder })).planSetup()).toHaveLength(2);
  });
});

describe("the start script", () => {
  const told =
    "process.stdout.write(JSON.stringify([process.env.CLAUDE_METER_HOME, process.argv.slice(2), process.execArgv]))";

  test.each([
    ["blanks", "a b"],
    ["an apostrophe", "it's"],
    ["quotation marks", 'a "b" c'],
    ["a variable", "$HOME $PATH"],
    ["a command", "$(touch pwned) `touch pwned`"],
    ["backslashes", "a\\b\\"],
    ["a line break", "a\nb"],
    ["percent signs and brackets", "%PATH% [a] {b} (c) *?"],
    ["an ampersand and a semicolon", "a & b; touch pwned | c > d"],
    ["letters of other scripts", "Jürgen 寓話 👾"],
    ["a dash in front", "-rf"],
  ])("starts the program with its folder when paths hold %s", async (_name, name) => {
    const home = await createHome(name);
    const odd = join(home, name);
    const nodePath = join(odd, "node");
    await symlink(process.execPath, nodePath);
    await writeFile(join(odd, "native-host.js"), told);
    const options = toOptions(home, { stateFolder: join(odd, "state"), nodePath, programFolder: odd });
    await createNativeHosts(options).setUp();
    const script = join(odd, "state", "native-host.sh");
    const { stdout } = await promisify(execFile)(script, [ORIGIN, "--flag"], { cwd: home });
    expect(JSON.parse(stdout)).toEqual([join(odd, "state"), [ORIGIN, "--flag"], []]);
    expect(await readdir(home)).not.toContain("pwned");
  });
});

describe("on Windows", () => {
  const stateFolder = "C:\\Users\\Jürgen 100%\\AppData\\Local\\claude-meter";
  const windows = {
    platform: "win32",
    stateFolder,
    nodePath: "C:\\Program Files\\nodejs\\node.exe",
    programFolder: "C:\\npm & co\\claude-meter\\dist\\bridge",
  } as const;
  const manifestSchema = z.looseObject({ path: z.string(), allowed_origins: z.array(z.string()) });

  /** These tests also run where paths are joined by slashes. */
  function toBackslashes(text: string | undefined): string {
    return (text ?? "").replaceAll("/", "\\");
  }

  test("a script, a manifest for each family of browsers and their registry keys are planned", async () => {
    const plan = await createNativeHosts(toOptions("/nowhere", windows)).planSetup();
    expect(plan.map(({ action, target }) => toBackslashes(`${action} ${target}`))).toEqual([
      `write ${stateFolder}\\native-host.bat`,
      `write ${stateFolder}\\${MANIFEST}`,
      `write ${stateFolder}\\com.claude_meter.bridge.firefox.json`,
      ...registryKeys.map((key) => `write ${key}`),
    ]);
  });

  test("the script quotes its paths, doubles percent signs, and says its code page before it uses it", async () => {
    const [script] = await createNativeHosts(toOptions("/nowhere", windows)).planSetup();
    expect(toBackslashes(script?.text)).toBe(
      [
        "@echo off",
        "chcp 65001 >nul",
        'set "CLAUDE_METER_HOME=C:\\Users\\Jürgen 100%%\\AppData\\Local\\claude-meter"',
        '"C:\\Program Files\\nodejs\\node.exe" "C:\\npm & co\\claude-meter\\dist\\bridge\\native-host.js" %*',
        "",
      ].join("\r\n"),
    );
  });

  test("plain paths need no code page", async () => {
    const plain = { ...windows, stateFolder: "C:\\Users\\ana\\AppData\\Local\\claude-meter" };
    const [script] = await createNativeHosts(toOptions("/nowhere", plain)).planSetup();
    expect(script?.text).not.toContain("chcp");
  });

  test("the manifest's path is the script's, with its backslashes as JSON wants them", async () => {
    const [, manifest] = await createNativeHosts(toOptions("/nowhere", windows)).planSetup();
    const { path, allowed_origins } = manifestSchema.parse(JSON.parse(manifest?.text ?? ""));
    expect(toBackslashes(path)).toBe(`${stateFolder}\\native-host.bat`);
    expect(allowed_origins).toEqual([ORIGIN]);
  });

  test("Firefox's key leads to a manifest of its own", async () => {
    const plan = await createNativeHosts(toOptions("/nowhere", windows)).planSetup();
    const firefox = plan.find(({ target }) => target.includes("Mozilla"));
    expect(toBackslashes(firefox?.text)).toBe(`${stateFolder}\\com.claude_meter.bridge.firefox.json`);
    const manifest = plan.find(({ target }) => target === firefox?.text);
    expect(JSON.parse(manifest?.text ?? "")).toMatchObject({ allowed_extensions: [FIREFOX_EXTENSION_ID] });
    expect(manifest?.text).not.toContain("allowed_origins");
  });

  test("setup is idempotent, and removal leaves neither files nor keys", async () => {
    const home = await createHome();
    const values = new Map([["HKCU\\Software\\Google\\Chrome\\NativeMessagingHosts\\org.example", "other"]]);
    const registry = createOwnRegistry(values);
    const hosts = createNativeHosts(toOptions(home, { platform: "win32", registry }));
    await hosts.setUp();
    expect(values.size).toBe(5);
    expect(await hosts.planSetup()).toEqual([]);
    await registry.remove(registryKeys[1]);
    await registry.write(registryKeys[2], "C:\\elsewhere.json");
    expect(toTargets(await hosts.planSetup())).toEqual([`write ${registryKeys[1]}`, `write ${registryKeys[2]}`]);
    await hosts.setUp();
    expect(await hosts.planSetup()).toEqual([]);
    await hosts.remove();
    expect([...values.values()]).toEqual(["other"]);
    expect(await list(home)).toEqual(["state"]);
    expect(await hosts.planRemoval()).toEqual([]);
  });

  test("a key whose path was printed in an old code page is not written again and again", async () => {
    const toPrinted = (key: string) =>
      join(
        "C:\\Users\\J\ufffd\ufffdrgen 100%\\AppData\\Local\\claude-meter",
        key.includes("Mozilla") ? "com.claude_meter.bridge.firefox.json" : MANIFEST,
      );
    const registry = createOwnRegistry(new Map(registryKeys.map((key) => [key, toPrinted(key)])));
    const plan = await createNativeHosts(toOptions("/nowhere", { ...windows, registry })).planSetup();
    expect(plan.filter(({ target }) => target.startsWith("HKCU"))).toEqual([]);
  });
});

describe("the registry's tool", () => {
  function record(answers: Readonly<Record<string, string>>) {
    const calls: string[] = [];
    const registry = createRegistry(async (args) => {
      calls.push(args.join(" "));
      const answer = answers[args[0] ?? ""];
      if (answer === undefined) throw new Error("exit code 1");
      return answer;
    });
    return { registry, calls };
  }

  test.each([
    ["in English", "\r\nHKEY_CURRENT_USER\\x\r\n    (Default)    REG_SZ    C:\\a b\\c.json\r\n\r\n", "C:\\a b\\c.json"],
    ["in German", "\r\nHKEY_CURRENT_USER\\x\r\n    (Standard)    REG_SZ    C:\\c.json\r\n\r\n", "C:\\c.json"],
    ["of another type", "    (Default)    REG_DWORD    0x1\r\n", undefined],
  ])("is understood %s", async (_name, told, value) => {
    expect(await record({ query: told }).registry.read("HKCU\\x")).toBe(value);
  });

  test("that finds no key is understood as well", async () => {
    const { registry } = record({});
    expect(await registry.read("HKCU\\x")).toBeUndefined();
    await registry.remove("HKCU\\x");
  });

  test("is called with the key and the value, and asks nobody", async () => {
    const { registry, calls } = record({ add: "", delete: "" });
    await registry.write("HKCU\\x", "C:\\a b.json");
    await registry.remove("HKCU\\x");
    expect(calls).toEqual(["add HKCU\\x /ve /t REG_SZ /d C:\\a b.json /f", "delete HKCU\\x /f"]);
  });
});
