// `npm run bench`: what a call costs, as ratios measured side by side on this machine. Prints, asserts nothing.
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { emptyState, mergePost } from "../../bridge/daemon/merge.ts";
import { toStatus } from "../../bridge/daemon/to-status.ts";
import { writePrivateFile } from "../../bridge/state/private-files.ts";
import { PROTOCOL } from "../../shared/protocol.ts";
import { toIso } from "../../shared/time.ts";
import { parseUsageBody } from "../../shared/usage-body.ts";
import { CLI_PATH } from "../harness/run-cli.ts";
import { createAccounts } from "../stand-in/accounts.ts";
import { toUsageBody } from "../stand-in/usage-body.ts";
import { benchHistory } from "./bench-history.ts";
import { measurePaired } from "./paired-runs.ts";

const RUNS = Number(process.env["RUNS"] ?? 30);

/** A state folder as it looks with this many rows, written by the bridge's own code. */
async function createHome(rows: number): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "claude-meter-bench-"));
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

async function benchStartUp(): Promise<void> {
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
    { name: "cat status.json", argv: ["cat", join(homes[0], "status.json")] as const },
  ];
  console.log(`\nWhole processes, ${RUNS} interleaved rounds:`);
  for (const { name, medianMs, ratio } of measurePaired(commands, RUNS)) {
    console.log(`  ${name.padEnd(46)} ${medianMs.toFixed(1).padStart(7)} ms   ${ratio.toFixed(2)} x`);
  }
  for (const home of homes) await rm(home, { recursive: true });
}

async function benchWorkerSize(): Promise<void> {
  const folder = join(CLI_PATH, "..", "..", "extension", "assets");
  // The popup's own script and style apart, everything here is loaded by the worker.
  const files = (await readdir(folder)).filter((file) => file.endsWith(".js") && !file.startsWith("popup"));
  const bytes = files.map((file) => gzipSync(readFileSync(join(folder, file))).length);
  const total = bytes.reduce((sum, each) => sum + each, 0);
  console.log(`\nService worker with its chunks: ${(total / 1000).toFixed(1)} kB gzip`);
}

console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.versions.node}, ${process.platform}`,
);
await benchStartUp();
await benchHistory();
await benchWorkerSize();
