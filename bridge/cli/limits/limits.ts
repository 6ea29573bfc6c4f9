// `claude-meter limits [explain]`: every limit that is known and which binds; or what a pasted refusal means.
import { text } from "node:stream/consumers";
import type { Limits } from "../../../shared/api-limit/limits.ts";
import { type Row, toRow } from "../../../shared/freshness.ts";
import { exitCodes } from "../../state/exit-code.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { CliError } from "../cli-error.ts";
import { isCharacterDevice } from "../is-character-device.ts";
import { writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { isTerminal } from "../terminal.ts";
import { createScreen } from "../watch/screen.ts";
import { askLimits } from "./ask-limits.ts";
import { explain } from "./explain.ts";
import { findBinding, formatLimits, type Known, toRefusalReport } from "./format-limits.ts";
import { formatLimitReport, toLimitReport } from "./limit-report.ts";

export const limitsOptionNames = {
  command: "limits",
  words: ["explain"],
  flags: ["json", "watch", "no-color"],
  texts: [],
} as const satisfies OptionNames;

const TICK_MS = 1_000;
const CTRL_C = "\u0003";
/** An answer's headers and an error's body are a few kilobytes; a log may be pasted whole. */
const MAX_PASTED_CHARACTERS = 1_000_000;
const noLimits: Limits = { schema: 1, keys: [], refusals: [] };

export async function runLimits(args: string[]): Promise<void> {
  const given = parseOptions(args, limitsOptionNames);
  const isJson = given.has("json");
  if (given.has("watch") && (isJson || given.word !== undefined)) {
    throw new CliError("usage", "--watch goes with neither --json nor explain.");
  }
  if (given.word === "explain") return await explainPasted(isJson);
  if (given.has("watch")) return await watch();
  const nowMs = Date.now();
  const known = await readKnown(nowMs);
  if (isJson) writeOut(`${JSON.stringify(toJson(known, nowMs))}\n`);
  else
    writeOut(
      formatLimits(known, nowMs)
        .map((line) => `${line}\n`)
        .join(""),
    );
  if (known.rows.length + known.limits.keys.length + known.limits.refusals.length > 0) return;
  throw new CliError(
    "unknown",
    "no limit is known: plans come from the extension, API keys from `claude-meter proxy`.",
  );
}

async function readKnown(nowMs: number): Promise<Known> {
  const reading = readStatus(toStatusPath(toStateFolder()));
  const rows: Row[] = reading.kind === "read" ? reading.status.rows.map((row) => toRow(row, nowMs)) : [];
  return { rows, limits: (await askLimits()) ?? noLimits };
}

function toJson({ rows, limits }: Known, nowMs: number) {
  return {
    plans: rows.map(({ account_uuid, account_email, org_uuid, binding, stale, windows }) => ({
      account_uuid,
      account_email,
      org_uuid,
      binding,
      stale,
      windows: windows.map(({ id, utilization, resets_at, state }) => ({ id, utilization, resets_at, state })),
    })),
    keys: limits.keys.map((key) => ({ ...key, binding: findBinding(key.buckets, nowMs)?.id ?? null })),
    refusals: limits.refusals.map((refusal) => ({ ...refusal, ...toRefusalReport(refusal) })),
  };
}

async function watch(): Promise<void> {
  if (!isTerminal() || process.env["TERM"] === "dumb") {
    throw new CliError("usage", "--watch needs a terminal on stdout: use `claude-meter limits --json` instead.");
  }
  const screen = createScreen();
  process.on("exit", screen.leave);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(exitCodes.interrupted));
  // What a terminal sends for a key; Ctrl-C comes as a byte then.
  process.stdin.setRawMode?.(true);
  process.stdin.on("data", (keys) => {
    if (["q", CTRL_C].some((key) => keys.toString().includes(key))) process.exit(exitCodes.done);
  });
  screen.enter();
  while (true) {
    const nowMs = Date.now();
    const lines = formatLimits(await readKnown(nowMs), nowMs);
    screen.draw([...(lines.length > 0 ? lines : ["no limit is known yet"]), "", "q quit"]);
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
}

async function explainPasted(isJson: boolean): Promise<void> {
  if (isCharacterDevice(0)) {
    throw new CliError("usage", "explain reads stdin: `claude-meter limits explain < answer.txt`.");
  }
  const pasted = (await text(process.stdin)).slice(-MAX_PASTED_CHARACTERS);
  const nowMs = Date.now();
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const { limit, isKnown } = explain(pasted, { nowMs, timeZone });
  if (!isKnown) {
    if (isJson) writeOut("null\n");
    throw new CliError("unknown", "nothing in this text is an answer of the API or a message of Claude Code.");
  }
  const report = toLimitReport(limit);
  writeOut(isJson ? `${JSON.stringify(report)}\n` : `${formatLimitReport(report, nowMs)}\n`);
}
