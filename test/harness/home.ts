// A home folder that is the state folder, too: the login and the rows in it, and our programs at work on it.
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type RunStatus, runStatusSchema } from "../../bridge/state/run-status.ts";
import type { StoredRow } from "../../shared/row.ts";
import { ACCOUNT_UUID, createStatus, ORG_UUID } from "../shared/wire-examples.ts";
import { type Ended, type Program, type ProgramOptions, startCli } from "./program.ts";
import { toMoment } from "./recent-row.ts";
import { waitFor } from "./wait-for.ts";

export type Home = {
  folder: string;
  run: (args: readonly string[], options?: ProgramOptions) => Promise<Ended>;
  start: (args: readonly string[], options?: ProgramOptions) => Program;
  /** As Claude Code leaves it; of the row of the examples, unless told otherwise. */
  login: (account?: Readonly<Record<string, unknown>>) => Promise<void>;
  publish: (...rows: readonly StoredRow[]) => Promise<void>;
  /** The status file of the only run there is. */
  readRun: () => Promise<RunStatus>;
  waitForState: (state: RunStatus["state"]) => Promise<RunStatus>;
};

export function openHome(folder: string, environment: Readonly<Record<string, string>> = {}): Home {
  const start: Home["start"] = (args, options = {}) =>
    startCli(folder, args, { ...options, environment: { ...environment, ...options.environment } });
  const readRun = async () => {
    const runs = join(folder, "runs");
    const [name = ""] = (await readdir(runs)).filter((each) => each.endsWith(".json"));
    return runStatusSchema.parse(JSON.parse(await readFile(join(runs, name), "utf8")));
  };
  return {
    folder,
    run: (args, options) => start(args, options).ended,
    start,
    login: (account = { accountUuid: ACCOUNT_UUID, organizationUuid: ORG_UUID }) =>
      writeFile(join(folder, ".claude.json"), JSON.stringify({ oauthAccount: account }, null, 2)),
    publish: (...rows) => writeRows(folder, rows),
    readRun,
    waitForState: async (state) => {
      const found = await waitFor(
        () => readRun().catch(() => undefined),
        (run) => run?.state === state,
      );
      return runStatusSchema.parse(found);
    },
  };
}

export async function writeRows(folder: string, rows: readonly StoredRow[]): Promise<void> {
  const status = createStatus({ generated_at: toMoment(0), rows: [...rows], installs: [] });
  await writeStatusText(folder, `${JSON.stringify(status)}\n`);
}

/** Replaced whole, as the bridge does it. */
export async function writeStatusText(folder: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "status.json");
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
}
