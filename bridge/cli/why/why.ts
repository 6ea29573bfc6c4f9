// `claude-meter why`: the last refusal that the proxy saw or a run ended with, and what it means.

import { formatClock, formatDuration } from "../../../shared/format.ts";
import { exitCodes } from "../../state/exit-code.ts";
import { readRunFiles } from "../../state/run-files.ts";
import { CliError } from "../cli-error.ts";
import { askLimits } from "../limits/ask-limits.ts";
import { toRunLimit } from "../limits/explain.ts";
import { toRefusalReport } from "../limits/format-limits.ts";
import { formatLimitReport, type LimitReport, toLimitReport } from "../limits/limit-report.ts";
import { writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { toTerminalText } from "../terminal-text.ts";

export const whyOptionNames = {
  command: "why",
  flags: ["json", "no-color"],
  texts: [],
} as const satisfies OptionNames;

type Refused = LimitReport & {
  at: string;
  source: "proxy" | "run";
  /** The run's label or command; the key, model and workspace of a request. */
  run: string | null;
  key: string | null;
  account_uuid: string | null;
  model: string | null;
  workspace: string | null;
};

export async function runWhy(args: string[]): Promise<void> {
  const given = parseOptions(args, whyOptionNames);
  const nowMs = Date.now();
  const last = [...(await listOfProxy()), ...(await listOfRuns(nowMs))]
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .at(-1);
  if (given.has("json")) writeOut(`${JSON.stringify(last ?? null)}\n`);
  if (!last) {
    if (given.has("json")) return process.exit(exitCodes.unknown);
    throw new CliError("unknown", "no refusal is known: `claude-meter proxy` and `claude-meter run` see them.");
  }
  if (!given.has("json")) writeOut(`${formatRefused(last, nowMs)}\n`);
}

async function listOfProxy(): Promise<Refused[]> {
  const refusals = (await askLimits())?.refusals ?? [];
  return refusals.map((refusal) => {
    const { at, key, account_uuid, model, workspace } = refusal;
    return { at, source: "proxy", run: null, key, account_uuid, model, workspace, ...toRefusalReport(refusal) };
  });
}

async function listOfRuns(nowMs: number): Promise<Refused[]> {
  const { runs } = await readRunFiles(nowMs);
  return runs.flatMap(({ status: { limit, label, command } }) => {
    if (!limit) return [];
    const of = { key: null, account_uuid: null, model: null, workspace: null };
    return [{ at: limit.hit_at, source: "run", run: label ?? command, ...of, ...toLimitReport(toRunLimit(limit)) }];
  });
}

function formatRefused({ at, run, model, key, ...report }: Refused, nowMs: number): string {
  const whose = [run === null ? null : toTerminalText(run), model, key === null ? null : `key ${key}`];
  const names = whose.filter((each) => each !== null).join(", ");
  const when = `${formatClock(at, nowMs)} (${formatDuration(nowMs - Date.parse(at))} ago)`;
  return `${when}${names === "" ? "" : `, ${names}`}: ${formatLimitReport(report, nowMs)}`;
}
