// The start of the bridge at login, so that its history and its sockets are there before a browser is: a script in the
// state folder, and what makes the platform's session manager run it.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { ensurePrivateFolder } from "../../state/private-files.ts";
import { CliError } from "../cli-error.ts";
import { LAUNCH_LABEL, toLaunchAgent, toScheduledTask, toSystemdUnit } from "./autostart-texts.ts";
import { toConfigFolder } from "./browser-folders.ts";
import type { Change, Installation } from "./installation.ts";
import { filter, isInPlace, isPresent, type OwnEntry, writeEntry } from "./own-entry.ts";
import { removeEmptyFolders } from "./remove-empty-folders.ts";
import { type ScriptOptions, toStartScript } from "./start-script.ts";

export type AutostartOptions = ScriptOptions & {
  /** systemd runs this computer: https://www.freedesktop.org/software/systemd/man/latest/sd_booted.html */
  hasSystemd?: boolean;
  /** False when the program cannot be run, or ends with another code than 0. */
  run?: (program: string, args: readonly string[]) => Promise<boolean>;
  wait?: (ms: number) => Promise<void>;
};

type Command = readonly [program: string, ...args: string[]];

/** How one platform starts a program at login. */
type Manager = {
  entries: OwnEntry[];
  /** Folders below this one are removed when nothing is left in them. */
  base: string;
  /** Tells the manager of the entries, and last of all starts the bridge. */
  register: Command[];
  /** How often the last of them is tried: a manager may still be letting go of the job of before. */
  attempts: number;
  unregister: Command[];
  /** Where the entries alone do not show whether the manager knows them. */
  registration?: { name: string; query: Command };
};

const UNIT = "claude-meter.service";
const TASK = "claude-meter";
const COMMAND_LIMIT_MS = 20_000;
const ATTEMPT_PAUSE_MS = 1_000;

export function createAutostart(options: AutostartOptions): Installation {
  const { stateFolder, platform, run = runCommand, wait = sleep } = options;
  const script = toStartScript("start-bridge", ["cli.js", "bridge", "start", "--at-login"], options);
  const manager = findManager(script.path, options);
  const entries = manager ? [script, ...manager.entries] : [];
  const { registration } = manager ?? {};
  const isRegistered = async () => registration === undefined || (await run(...toCall(registration.query)));
  const planRemoval = async (): Promise<Change[]> => {
    const present = await filter(entries, ({ path }) => isPresent(path));
    const known = registration && (await isRegistered()) ? [registration.name] : [];
    return [...present.map(({ path }) => path), ...known].map((target) => ({ action: "remove", target }));
  };
  let isStarted = true;
  /** Until it goes well; false when it never did. */
  const tryOften = async (command: Command, attempts: number): Promise<boolean> => {
    if (await run(...toCall(command))) return true;
    if (attempts <= 1) return false;
    await wait(ATTEMPT_PAUSE_MS);
    return await tryOften(command, attempts - 1);
  };
  return {
    name: "autostart",
    get next() {
      if (!manager) return "";
      if (isStarted) return "The bridge starts when you log in.";
      return `${manager.register.at(-1)?.[0]} could not start the bridge now: it starts when you log in, or with \`claude-meter bridge start\`.`;
    },
    planSetup: async () => {
      if (!manager) return [{ action: "keep", target: "autostart", text: NO_MANAGER }];
      const missing = await filter(entries, async (entry) => !(await isInPlace(entry, platform)));
      const unknown = registration && !(await isRegistered()) ? [registration.name] : [];
      return [
        ...missing.map(
          (entry): Change => ({
            action: "write",
            target: entry.path,
            text: "link" in entry ? `-> ${entry.link}` : entry.text,
          }),
        ),
        ...unknown.map((target): Change => ({ action: "write", target })),
      ];
    },
    setUp: async () => {
      if (!manager) return;
      await ensurePrivateFolder(stateFolder);
      for (const entry of entries) await writeEntry(entry);
      // Where no session runs yet, as over ssh, the next login finds the entries.
      for (const command of manager.register) {
        isStarted = await tryOften(command, command === manager.register.at(-1) ? manager.attempts : 1);
      }
      if (!(await isRegistered())) throw new CliError("internal", `Windows rejected the ${registration?.name}.`);
    },
    planRemoval,
    remove: async () => {
      if (!manager || (await planRemoval()).length === 0) return;
      for (const { path } of entries) await rm(path, { force: true });
      for (const { path } of manager.entries) await removeEmptyFolders(dirname(path), manager.base);
      for (const command of manager.unregister) await run(...toCall(command));
    },
  };
}

const NO_MANAGER =
  "systemd is not running here (a container?), so the bridge does not start at login. Your browser starts it instead.";

function findManager(scriptPath: string, options: AutostartOptions): Manager | undefined {
  switch (options.platform) {
    case "linux":
      return (options.hasSystemd ?? existsSync("/run/systemd/system")) ? toSystemd(scriptPath, options) : undefined;
    case "darwin":
      return toLaunchd(scriptPath, options);
    case "win32":
      return toTaskScheduler(scriptPath, options);
    default:
      return undefined;
  }
}

/** The link is what `systemctl --user enable` makes, and needs no running session. */
function toSystemd(scriptPath: string, { environment = process.env }: AutostartOptions): Manager {
  const base = toConfigFolder(environment, "linux");
  const folder = join(base, "systemd", "user");
  const unit = { path: join(folder, UNIT), mode: 0o644, text: toSystemdUnit(scriptPath) };
  const link = { path: join(folder, "default.target.wants", UNIT), link: `../${UNIT}` };
  return {
    entries: [unit, link],
    base,
    register: [
      ["systemctl", "--user", "daemon-reload"],
      ["systemctl", "--user", "start", UNIT],
    ],
    attempts: 1,
    unregister: [["systemctl", "--user", "daemon-reload"]],
  };
}

function toLaunchd(scriptPath: string, { environment = process.env }: AutostartOptions): Manager {
  const base = join(environment["HOME"] || homedir(), "Library");
  const path = join(base, "LaunchAgents", `${LAUNCH_LABEL}.plist`);
  const domain = `gui/${process.getuid?.() ?? ""}`;
  const unregister: Command = ["launchctl", "bootout", `${domain}/${LAUNCH_LABEL}`];
  return {
    entries: [{ path, mode: 0o644, text: toLaunchAgent(scriptPath) }],
    base,
    // It knows only one job of a name, and refuses a new one with error 5 while the old one goes.
    register: [unregister, ["launchctl", "bootstrap", domain, path]],
    attempts: 5,
    unregister: [unregister],
  };
}

function toTaskScheduler(scriptPath: string, { stateFolder, environment = process.env }: AutostartOptions): Manager {
  const path = join(stateFolder, "autostart.xml");
  const user = `${environment["USERDOMAIN"] ?? "."}\\${environment["USERNAME"] ?? ""}`;
  return {
    entries: [{ path, mode: 0o600, text: toScheduledTask(scriptPath, user), encoding: "utf16le" }],
    base: stateFolder,
    register: [
      ["schtasks", "/Create", "/TN", TASK, "/XML", path, "/F"],
      ["schtasks", "/Run", "/TN", TASK],
    ],
    attempts: 1,
    unregister: [["schtasks", "/Delete", "/TN", TASK, "/F"]],
    registration: { name: `scheduled task ${TASK}`, query: ["schtasks", "/Query", "/TN", TASK] },
  };
}

async function runCommand(program: string, args: readonly string[]): Promise<boolean> {
  try {
    await promisify(execFile)(program, args, { timeout: COMMAND_LIMIT_MS });
    return true;
  } catch {
    // Not there, or it said no: the caller knows what that means.
    return false;
  }
}

function toCall([program, ...args]: Command): [string, string[]] {
  return [program, args];
}
