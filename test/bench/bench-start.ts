// What a call costs: whole processes side by side with an empty one.
import { join } from "node:path";
import { emptyState, mergePost } from "../../bridge/daemon/merge.ts";
import { toStatus } from "../../bridge/daemon/to-status.ts";
import { writePrivateFile } from "../../bridge/state/private-files.ts";
import { parseUsageBody } from "../../shared/claude-ai/usage-body.ts";
import { PROTOCOL } from "../../shared/protocol.ts";
import { toIso } from "../../shared/time.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { CLI_PATH, runCli } from "../harness/program.ts";
import { createAccounts } from "../stand-in/accounts.ts";
import { toUsageBody } from "../stand-in/usage-body.ts";
import { measurePaired, median, type Timing } from "./paired-runs.ts";

const RUNS = Number(process.env["RUNS"] ?? 30);

/** A state folder as it looks with this many rows, written by the bridge's own code. */
export async function createHome(rows: number): Promise<string> {
  const home = await createFolder();
  const nowMs = Date.now();
  const [organisation] = createAccounts(nowMs).bob.organisations;
  if (!organisation) throw new Error("bob has an organisation");
  const { usage, windows, money, problems } = parseUsageBody(toUsageBody(organisation, nowMs));
  const nothing = { overage: null, overage_fetched_at: null, subscription: null, subscription_fetched_at: null };
  const sequenced = Array.from({ length: rows }, (_, index) => ({
    sequence: index + 1,
    snapshot: {
      account_uuid: "00000000-0000-4000-8000-000000000100",
      account_email: "user@example.com",
      org_uuid: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
      org_name: `Organisation ${index}`,
      plan: "Pro" as const,
      fetched_at: toIso(nowMs),
      usage,
      windows,
      money,
      ...nothing,
      errors: problems,
    },
  }));
  const post = {
    protocol: PROTOCOL,
    install: "00000000-0000-4000-8000-00000000aaaa",
    extension_version: "0.1.0",
    browser: "Chromium",
    poll: { state: "ok" as const, at: toIso(nowMs), retry_at: null },
    snapshots: [],
  };
  const status = toStatus(mergePost(emptyState, post, sequenced, nowMs), nowMs);
  await writePrivateFile(join(home, "status.json"), JSON.stringify(status));
  return home;
}

export async function benchStartUp(): Promise<void> {
  const homes = await Promise.all([createHome(1), createHome(3), createHome(10)]);
  const node = process.execPath;
  const commands = [
    { name: "node -e 0", argv: [node, "-e", "0"] as const },
    ...homes.map((home, index) => ({
      name: `claude-meter --json, ${[1, 3, 10][index] ?? "?"} rows`,
      argv: [node, CLI_PATH, "--json"] as const,
      environment: { CLAUDE_METER_HOME: home },
    })),
    ...(["guard --no-wait --max 100", "line"] as const).map((words) => ({
      name: `claude-meter ${words}, 1 row`,
      argv: [node, CLI_PATH, ...words.split(" ")] as const,
      environment: { CLAUDE_METER_HOME: homes[0], CLAUDE_CONFIG_DIR: homes[0] },
    })),
    {
      name: "claude-meter (table), 1 row",
      argv: [node, CLI_PATH] as const,
      environment: { CLAUDE_METER_HOME: homes[0] },
    },
    ...(["statusline", "hook pre-tool"] as const).map((words) => ({
      name: `claude-meter ${words}, called by Claude Code`,
      argv: [node, CLI_PATH, ...words.split(" ")] as const,
      environment: { CLAUDE_METER_HOME: homes[0], CLAUDE_CONFIG_DIR: homes[0], CLAUDE_PROJECT_DIR: homes[0] },
      input: toClaudeCodeInput(Date.now()),
    })),
    { name: "cat status.json", argv: ["cat", join(homes[0], "status.json")] as const },
  ];
  console.log(`\nWhole processes, ${RUNS} interleaved rounds:`);
  measurePaired(commands, RUNS).forEach(printTiming);
  await printCrowd(homes[0]);
  for (const home of homes) await removeFolder(home);
}

/** What Claude Code writes to both. */
function toClaudeCodeInput(nowMs: number): string {
  const resets_at = Math.round(nowMs / 1000) + 7_200;
  const five_hour = { used_percentage: 42, resets_at };
  return JSON.stringify({ tool_name: "Bash", model: { id: "claude-opus-4-8" }, rate_limits: { five_hour } });
}

export function printTiming({ name, medianMs, ratio }: Timing): void {
  console.log(`  ${name.padEnd(50)} ${medianMs.toFixed(1).padStart(8)} ms   ${ratio.toFixed(2).padStart(6)} x`);
}

const CROWD = 24;

/** Two dozen panes ask in the same moment. */
async function printCrowd(home: string): Promise<void> {
  const one: number[] = [];
  const all: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    one.push(await time(() => runCli(home, ["--json"])));
    all.push(await time(() => Promise.all(Array.from({ length: CROWD }, () => runCli(home, ["--json"])))));
  }
  const ratio = median(all) / median(one);
  printTiming({ name: `${CROWD} claude-meter --json at once, against one`, medianMs: median(all), ratio });
}

async function time(act: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await act();
  return performance.now() - startedMs;
}
