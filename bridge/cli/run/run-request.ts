// What the command line of `run` asks for: everything before `--` is ours, everything behind it is the command. Pure.
import { basename } from "node:path";
import { CliError } from "../cli-error.ts";
import { type GateOptions, gateOptionNames, toGateOptions } from "../gate/gate-options.ts";
import { leaseTexts } from "../lease/lease-option-names.ts";
import { type LeaseOptions, toLeaseOptions } from "../lease/lease-options.ts";
import { toDefaultClass } from "../lease/to-class.ts";
import { parseDuration, parsePercent } from "../option-values.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { toAccount } from "../row/read-row.ts";
import type { Command } from "./child.ts";
import type { Otherwise } from "./otherwise.ts";
import { parseRestartLimit, type RestartLimit } from "./restart-limit.ts";

export type RunRequest = {
  command: Command;
  /** What a dashboard may show. */
  commandName: string;
  guard: GateOptions;
  account: string | undefined;
  lease: LeaseOptions & { class: string; maxStarts: RestartLimit };
  resume: { command: Command; limit: RestartLimit } | undefined;
  /** Started at a limit instead of waiting or ending. */
  otherwise: Otherwise | undefined;
  hasTerminal: boolean;
  /** The command's requests pass a proxy of this run's own. */
  hasProxy: boolean;
  label: string | null;
  statusFile: string | undefined;
  /** How long a command that hit the limit may take to end by itself. */
  endAfterMs: number;
  /** From asking it to end to SIGKILL. */
  killAfterMs: number;
  stalledAfterMs: number;
};

export const runOptionNames = {
  command: "run",
  flags: [...gateOptionNames.flags, "resume", "tty", "proxy", "no-color"],
  texts: [
    ...gateOptionNames.texts,
    ...leaseTexts,
    "max-starts",
    "resume-command",
    "max-restarts",
    "else",
    "else-money-max",
    "status-file",
    "label",
    "end-after",
    "kill-after",
    "stalled-after",
  ],
} as const satisfies OptionNames;
type RunText = (typeof runOptionNames)["texts"][number];

/** Several times what any queue of ours starts; a loop gone wild starts thousands. */
const DEFAULT_MAX_STARTS = "300/h";

/** 24 days; a timer of Node's that is longer than this runs out at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Throws CliError "usage". */
export function toRunRequest(args: readonly string[]): RunRequest {
  const border = args.indexOf("--");
  if (border < 0)
    throw new CliError("usage", "missing --: write the command after it, as in `claude-meter run -- claude -p …`.");
  const [file, ...commandArgs] = args.slice(border + 1);
  if (!file) throw new CliError("usage", "missing command after --.");
  const given = parseOptions(args.slice(0, border), runOptionNames);
  const toDuration = (name: RunText, otherwise: string) =>
    Math.min(parseDuration(name, given.text(name) ?? otherwise), LONGEST_TIMER_MS);
  const command = { file, args: commandArgs };
  const resumeLine = given.text("resume-command");
  const restarts = given.text("max-restarts");
  if (!given.has("resume") && (resumeLine !== undefined || restarts !== undefined)) {
    throw new CliError("usage", "--resume-command and --max-restarts need --resume.");
  }
  const otherwise = toOtherwise(given.text("else"), given.text("else-money-max"));
  const lease = toLeaseOptions(given);
  const maxStarts = given.text("max-starts");
  return {
    command,
    commandName: basename(file),
    lease: {
      ...lease,
      class: lease.class ?? toDefaultClass(process.cwd(), basename(file)),
      maxStarts: parseRestartLimit(maxStarts ?? DEFAULT_MAX_STARTS, "max-starts"),
    },
    guard: toGateOptions(given),
    account: toAccount(given.text("account")),
    resume: given.has("resume")
      ? {
          command: resumeLine === undefined ? command : { file: resumeLine, args: [], isLine: true },
          limit: parseRestartLimit(restarts ?? "3/h"),
        }
      : undefined,
    otherwise,
    hasTerminal: given.has("tty"),
    hasProxy: given.has("proxy"),
    label: given.text("label") ?? null,
    statusFile: given.text("status-file"),
    endAfterMs: toDuration("end-after", "30s"),
    killAfterMs: toDuration("kill-after", "10s"),
    stalledAfterMs: Math.max(1_000, toDuration("stalled-after", "10m")),
  };
}

function toOtherwise(line: string | undefined, moneyMax: string | undefined): Otherwise | undefined {
  if (line === undefined && moneyMax === undefined) return undefined;
  if (line === undefined) throw new CliError("usage", "--else-money-max needs --else.");
  if (line.trim() === "") throw new CliError("usage", "--else needs a command for the shell.");
  return {
    command: { file: line, args: [], isLine: true },
    moneyMaxPercent: moneyMax === undefined ? undefined : parsePercent("else-money-max", moneyMax),
  };
}
