// The words of `claude-meter help` and of `--help` after a command, 80 columns wide. Pure.
import { commands } from "../commands.ts";
import { tableCommand } from "../completion/word-list.ts";
import { type AnyCommandHelp, type Item, listOptions, listWords, toWritten } from "./command-help.ts";
import { wrapHelp } from "./wrap.ts";

const COLUMNS = 80;
/** A longer one has its comment below it. */
const LONGEST_EXAMPLE = 48;

export function formatHelp(): string {
  const named = commands.map(({ name, summary }) => ({
    typed: name === tableCommand ? "claude-meter" : `claude-meter ${name}`,
    summary,
  }));
  const width = Math.max(...named.map(({ typed }) => typed.length)) + 2;
  const text = [
    "claude-meter: the real Claude quota of your account, read by your own browser.",
    "",
    "Commands:",
    ...named.map(({ typed, summary }) => `  ${typed.padEnd(width)}${summary}`),
    "",
    "`claude-meter help <command>` shows options, exit codes and examples. Every command takes --help and --version.",
    "",
    "For scripts: `claude-meter --json`; docs/json.md describes its fields and states.",
    "",
    "Environment:",
    "  CLAUDE_METER_ACCOUNT  the default for --account",
    "  CLAUDE_METER_HOME     the state folder (Linux: ~/.local/state/claude-meter)",
    "  NO_COLOR              no colours",
    "",
  ];
  return wrapHelp(text.join("\n"), COLUMNS);
}

export function formatCommandHelp(command: AnyCommandHelp): string {
  const { intro = [], unlisted = [], details } = command;
  const options = listOptions(command).filter(({ name }) => !unlisted.includes(name.slice(2)));
  const blocks = [intro, formatItems(listWords(command)), formatItems(options), details].filter(
    (block) => block.length > 0,
  );
  const width = Math.max(...command.examples.map(([line]) => (line.length <= LONGEST_EXAMPLE ? line.length : 0)));
  const examples = command.examples.map(([line, meaning]) => `  ${line.padEnd(width)}  # ${meaning}`);
  const text = [
    command.usage,
    "",
    `${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`,
    ...blocks.flatMap((block) => ["", ...block.map((line) => (line === "" ? "" : `  ${line}`))]),
    "",
    "Examples:",
    ...examples,
    "",
  ];
  return wrapHelp(text.join("\n"), COLUMNS);
}

function formatItems(items: readonly Item[]): string[] {
  const width = Math.max(...items.map((item) => toWritten(item).length)) + 3;
  return items.flatMap((item) =>
    item.meaning.split("\n").map((line, index) => `${(index === 0 ? toWritten(item) : "").padEnd(width)}${line}`),
  );
}
