// What a pane of a user has: a HOME with a login of Claude Code, a project, the meter's state folder, and both programs on
// its PATH. Every value of the login is invented.
import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { type RunStatus, runStatusSchema } from "../../bridge/state/run-status.ts";
import { writeRows } from "../harness/home.ts";
import { createUsualRow } from "../harness/recent-row.ts";
import { ACCOUNT_UUID, ORG_UUID } from "../shared/wire-examples.ts";
import { CERTIFICATE_PATH } from "../stand-in-api/stand-in-api.ts";

const CLI = fileURLToPath(new URL("../../dist/bridge/cli.js", import.meta.url));
const CLAUDE = process.env["CLAUDE_METER_CLAUDE"] ?? "claude";
/** A client that hangs is ended, so that its test says what it printed. */
const LIMIT_MS = 60_000;

export type Ended = { stdout: string; stderr: string; code: number | null };

export type PaneOptions = {
  /** A key of the API instead of a subscription's login. */
  hasKey?: boolean;
  /** No status file, as on a machine without the extension. */
  hasNoMeter?: boolean;
  /** Nothing on the PATH but the two programs, Node and a shell. */
  hasNoBrowser?: boolean;
  /** The hooks and the status line of `setup --claude-code`. */
  hasHooks?: boolean;
  /** A line of shell before each start of `claude`; its arguments are "$@". */
  beforeClaude?: string;
  environment?: Record<string, string>;
  /** For what takes longer than any client needs by itself. */
  limitMs?: number;
};

export type Pane = {
  home: string;
  project: string;
  environment: Record<string, string>;
  /** Both numbers are those of the 5-hour window and the week. */
  showOnMeter: (fiveHour: number, weekly?: number) => Promise<void>;
  start: (command: string, ...args: readonly string[]) => Promise<Ended>;
  /** `claude-meter run <options> -- <command>`, and what its status file says afterwards. */
  run: (options: readonly string[], command: readonly string[]) => Promise<Ended & { status: RunStatus }>;
  readRuns: () => Promise<RunStatus[]>;
  remove: () => Promise<void>;
};

/** For tests that run side by side: a pane that is gone afterwards. */
export async function withPane<T>(options: PaneOptions, use: (pane: Pane) => Promise<T>): Promise<T> {
  const pane = await createPane(options);
  try {
    return await use(pane);
  } finally {
    await pane.remove();
  }
}

export async function createPane(options: PaneOptions = {}): Promise<Pane> {
  const home = await mkdtemp(join(tmpdir(), "claude-meter-pane-"));
  const project = join(home, "project");
  const bin = join(home, "bin");
  const meter = join(home, "meter");
  for (const folder of [project, bin, meter, join(home, ".claude")]) await mkdir(folder, { mode: 0o700 });
  await writeProgram(join(bin, "claude-meter"), `exec '${process.execPath}' '${CLI}' "$@"`);
  await writeProgram(join(bin, "claude"), `${options.beforeClaude ?? ":"}\nexec '${CLAUDE}' "$@"`);
  await writeFile(join(home, ".claude", "settings.json"), '{ "permissions": { "allow": ["Bash", "Agent"] } }\n');
  await writeLogin(home, project, options.hasKey === true);
  const environment = {
    PATH: options.hasNoBrowser
      ? `${bin}:${await linkTools(home)}`
      : `${bin}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    CLAUDE_METER_HOME: meter,
    TZ: "UTC",
    LC_ALL: "C.UTF-8",
    TERM: "xterm-256color",
    NODE_EXTRA_CA_CERTS: CERTIFICATE_PATH,
    CLAUDE_CODE_MAX_RETRIES: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    // Programs on the Agent SDK find it here, and Claude Code with it.
    CLAUDE_METER_CLIENTS: process.env["CLAUDE_METER_CLIENTS"] ?? "",
    CLAUDE_METER_CLAUDE: CLAUDE,
    // Beside a key the login says nothing of whose quota a gate is about.
    ...(options.hasKey && { ANTHROPIC_API_KEY: "sk-ant-api03-invented", CLAUDE_METER_ACCOUNT: "user@example.com" }),
    ...options.environment,
  };
  const showOnMeter = async (fiveHour: number, weekly = 40) => {
    await writeRows(meter, [createUsualRow(fiveHour, weekly, { money: null })]);
  };
  if (!options.hasNoMeter) await showOnMeter(20);
  const start = (command: string, ...args: readonly string[]) =>
    startProgram(command, args, { cwd: project, env: environment, timeout: options.limitMs ?? LIMIT_MS });
  if (options.hasHooks) {
    const { code, stderr } = await start("claude-meter", "setup", "--claude-code", "--yes");
    if (code !== 0) throw new Error(`setup ended with ${code}: ${stderr}`);
  }
  return {
    home,
    project,
    environment,
    showOnMeter,
    start,
    run: async (runOptions, command) => {
      const statusFile = join(home, "run.json");
      const ended = await start("claude-meter", "run", "--status-file", statusFile, ...runOptions, "--", ...command);
      const status = runStatusSchema.parse(JSON.parse(await readFile(statusFile, "utf8")));
      return { ...ended, status };
    },
    readRuns: async () => {
      const { stdout } = await start("claude-meter", "runs", "--json");
      return z.array(runStatusSchema).parse(JSON.parse(stdout));
    },
    // A client that was ended a moment ago may still write.
    remove: () => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
}

async function linkTools(home: string): Promise<string> {
  const tools = join(home, "tools");
  await mkdir(tools);
  await symlink(process.execPath, join(tools, "node"));
  for (const name of ["sh", "bash", "sleep", "cat"]) await symlink(`/bin/${name}`, join(tools, name));
  return tools;
}

function startProgram(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: Record<string, string>; timeout: number },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
    const child = spawn(command, args, { ...options, stdio });
    const ended: Ended = { stdout: "", stderr: "", code: null };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      ended.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      ended.stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...ended, code }));
  });
}

async function writeLogin(home: string, project: string, hasKey: boolean): Promise<void> {
  const oauthAccount = {
    accountUuid: ACCOUNT_UUID,
    emailAddress: "user@example.com",
    organizationUuid: ORG_UUID,
    organizationName: "Example",
  };
  const settings = {
    hasCompletedOnboarding: true,
    theme: "dark",
    projects: { [project]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
    ...(!hasKey && { oauthAccount }),
  };
  await writeFile(join(home, ".claude.json"), JSON.stringify(settings));
  if (hasKey) return;
  const claudeAiOauth = {
    accessToken: "sk-ant-oat01-invented",
    refreshToken: "sk-ant-ort01-invented",
    expiresAt: Date.now() + 365 * 86_400_000,
    scopes: ["user:inference", "user:profile", "user:sessions:claude_code"],
    subscriptionType: "max",
    rateLimitTier: "default_claude_max_20x",
  };
  const credentials = join(home, ".claude", ".credentials.json");
  await writeFile(credentials, JSON.stringify({ claudeAiOauth }), { mode: 0o600 });
}

async function writeProgram(path: string, lines: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${lines}\n`);
  await chmod(path, 0o700);
}
