// The tools that a user would pick instead, beside ours: whole processes, on generated logs of growing size. They are
// installed from npm into a folder of their own; one that does not run here is named and left out.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { CLI_PATH } from "../harness/program.ts";
import { createHome, printTiming } from "./bench-start.ts";
import { writeClaudeLogs } from "./claude-logs.ts";
import { type Command, measurePaired } from "./paired-runs.ts";

const RUNS = 5;

/** ccusage 20 is a native program in a package for each platform, 18 the last in JavaScript. */
const peers = [
  {
    spec: "ccusage@20.0.24",
    native: "@ccusage/ccusage",
    program: "ccusage",
    args: ["blocks", "--active", "--json", "--offline"],
  },
  { spec: "ccusage@18", native: undefined, program: "ccusage", args: ["blocks", "--active", "--json", "--offline"] },
  { spec: "headroomd", native: undefined, program: "headroom", args: ["status", "--json"] },
] as const;

export async function benchPeers(): Promise<void> {
  const folder = await createFolder();
  const home = await createHome(1);
  try {
    const installed = peers.flatMap((peer) => {
      const prefix = join(folder, peer.spec);
      const program = join(prefix, "node_modules", ".bin", peer.program);
      const why = tryInstall(peer, prefix) ?? tryRun(program, folder);
      if (why !== undefined) console.log(`\n${peer.spec} does not run here: ${why}`);
      return why === undefined ? [{ ...peer, program }] : [];
    });
    for (const times of [1, 4, 16]) {
      const logs = join(folder, `logs-${times}`);
      const lines = await writeClaudeLogs(logs, times, Date.now());
      const environment = { CLAUDE_CONFIG_DIR: logs, HOME: folder, CLAUDE_METER_HOME: home, NO_COLOR: "1" };
      const own = [process.execPath, CLI_PATH] as const;
      const commands: Command[] = [
        { name: "claude-meter --json", argv: [...own, "--json"], environment },
        { name: "claude-meter line", argv: [...own, "line"], environment },
        {
          name: "claude-meter guard --no-wait --max 100",
          argv: [...own, "guard", "--no-wait", "--max", "100"],
          environment,
        },
        { name: "node -e 0", argv: [process.execPath, "-e", "0"], environment },
        ...installed.map(({ spec, program, args }) => ({
          name: `${spec} ${args.join(" ")}`,
          argv: [process.execPath, program, ...args] as const,
          environment,
        })),
      ];
      console.log(`\nBeside others, Claude logs of ${lines} lines, ${RUNS} interleaved rounds:`);
      measurePaired(commands, RUNS).forEach(printTiming);
      await rm(logs, { recursive: true });
    }
  } finally {
    await removeFolder(folder);
    await rm(home, { recursive: true });
  }
}

/** Undefined when it worked. */
function tryInstall({ spec, native }: (typeof peers)[number], prefix: string): string | undefined {
  try {
    const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    execFileSync("npm", ["install", "--prefix", prefix, ...options, spec], { stdio: "ignore", timeout: 120_000 });
  } catch {
    return "npm could not install it.";
  }
  // npm passes over an optional package that the registry does not have.
  const name = native && `${native}-${process.platform}-${process.arch}`;
  return name === undefined || existsSync(join(prefix, "node_modules", name))
    ? undefined
    : `its native package ${name} did not come from the registry.`;
}

function tryRun(program: string, home: string): string | undefined {
  const ended = spawnSync(process.execPath, [program, "--version"], {
    env: { ...process.env, HOME: home },
    encoding: "utf8",
  });
  return ended.status === 0 ? undefined : (ended.stderr.trim().split("\n")[0] ?? "it fails.");
}
