// A folder with what a pane of Claude Code and the meter have on disk: a login, and rows that the bridge has published.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredRow } from "../../shared/row.ts";
import { ACCOUNT_UUID, createRowWindow, createStatus, createStoredRow, ORG_UUID } from "../shared/wire-examples.ts";
import { type Ended, runCli } from "./run-cli.ts";

export type ClaudeHome = {
  home: string;
  login: (account?: Record<string, unknown>) => Promise<void>;
  publish: (...rows: StoredRow[]) => Promise<void>;
  run: (args: readonly string[], stdin?: unknown) => Promise<Ended>;
  remove: () => Promise<void>;
};

/** With the state folder of a bridge, when one is to run on it. */
export async function createClaudeHome(
  options: { home?: string; environment?: Record<string, string> } = {},
): Promise<ClaudeHome> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), "claude-meter-")));
  const environment = { CLAUDE_CONFIG_DIR: home, TZ: "UTC", ...options.environment };
  return {
    home,
    login: (account = { accountUuid: ACCOUNT_UUID, organizationUuid: ORG_UUID }) =>
      writeFile(join(home, ".claude.json"), JSON.stringify({ oauthAccount: account }, null, 2)),
    publish: (...rows) => {
      const status = createStatus({ generated_at: toAgo(0), rows, installs: [] });
      return writeFile(join(home, "status.json"), `${JSON.stringify(status)}\n`);
    },
    run: (args, stdin) =>
      runCli(
        home,
        args,
        environment,
        typeof stdin === "string" || Buffer.isBuffer(stdin) ? stdin : JSON.stringify(stdin),
      ),
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/** A row read so many seconds ago, with these percentages; resets in two hours and in three days. */
export function createRowOfAge(seconds: number, fiveHour: number | null, sevenDay: number | null): StoredRow {
  return createStoredRow({
    fetched_at: toAgo(seconds),
    windows: [
      createRowWindow({ utilization: fiveHour, resets_at: toAgo(-7_200) }),
      createRowWindow({ id: "seven_day", label: "Weekly", utilization: sevenDay, resets_at: toAgo(-259_200) }),
    ],
  });
}

export function toAgo(seconds: number): string {
  return new Date(Date.now() - seconds * 1000).toISOString();
}
