// What `history` is asked for, from the command line.
import { parseIsoMs } from "../../../shared/time.ts";
import { CliError } from "../cli-error.ts";
import { parseDuration } from "../option-values.ts";
import type { OptionNames, Options } from "../parse-options.ts";
import { toAccount } from "../row/read-row.ts";

export type HistoryOptions = {
  sinceMs: number;
  untilMs: number;
  /** Of every window without it. */
  windows: readonly string[] | undefined;
  account: string | undefined;
  format: "table" | "json" | "csv";
  redact: boolean;
};

export const historyOptionNames = {
  command: "history",
  flags: ["redact", "no-color"],
  texts: ["since", "until", "window", "account", "format"],
} as const satisfies OptionNames;
type HistoryFlag = (typeof historyOptionNames)["flags"][number];
type HistoryText = (typeof historyOptionNames)["texts"][number];

const EXAMPLES = "a time such as 6h, 7d or 2w, or a moment with its offset: 2026-11-20T10:00:00Z";

/** Throws CliError "usage". */
export function toHistoryOptions(
  options: Pick<Options<HistoryFlag, HistoryText>, "has" | "text">,
  nowMs: number,
): HistoryOptions {
  const sinceMs = parseMoment("since", options.text("since") ?? "7d", nowMs);
  const untilMs = parseMoment("until", options.text("until") ?? "0", nowMs);
  if (sinceMs >= untilMs) throw new CliError("usage", "--since must be before --until.");
  return {
    sinceMs,
    untilMs,
    windows: toWindows(options.text("window")),
    account: toAccount(options.text("account")),
    format: toFormat(options.text("format") ?? "table"),
    redact: options.has("redact"),
  };
}

/** So long ago, or a moment with its offset: without one its hour would be a guess. */
function parseMoment(option: string, text: string, nowMs: number): number {
  const momentMs = parseIsoMs(text);
  if (momentMs !== undefined && momentMs >= 0) return momentMs;
  return nowMs - parseDuration(option, text, EXAMPLES);
}

function toWindows(text: string | undefined): readonly string[] | undefined {
  const windows = text?.split(",").map((id) => id.trim().toLowerCase());
  if (windows?.includes("")) throw new CliError("usage", "--window needs window ids, such as five_hour,seven_day.");
  return windows && [...new Set(windows)];
}

function toFormat(text: string): HistoryOptions["format"] {
  if (text === "table" || text === "json" || text === "csv") return text;
  throw new CliError("usage", "--format must be table, json or csv.");
}
