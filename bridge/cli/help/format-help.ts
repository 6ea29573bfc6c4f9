// The words of `claude-meter help` and of `--help` after a command. Pure.
import { commands } from "../commands.ts";
import { type AnyCommandHelp, type Item, listOptions, listWords, toWritten } from "./command-help.ts";

export function formatHelp(): string {
  const width = Math.max(...commands.map((command) => command.usage.split(" [")[0]?.length ?? 0)) + 2;
  const lines = commands.map((command) => `  ${(command.usage.split(" [")[0] ?? "").padEnd(width)}${command.summary}`);
  return [
    "claude-meter: the real Claude quota of your account, read by your own browser.",
    "",
    "Commands:",
    ...lines,
    "",
    "Options everywhere: --help, --version. `claude-meter help <command>` shows details and examples.",
    "",
    "CLAUDE_METER_ACCOUNT stands for --account wherever none is given; NO_COLOR switches colours off.",
    "Files are in the state folder: CLAUDE_METER_HOME, else the platform's own (see the README).",
    "",
  ].join("\n");
}

export function formatCommandHelp(command: AnyCommandHelp): string {
  const { intro = [], unlisted = [], details } = command;
  const options = listOptions(command).filter(({ name }) => !unlisted.includes(name.slice(2)));
  const blocks = [intro, formatItems(listWords(command)), formatItems(options), details].filter(
    (block) => block.length > 0,
  );
  const examples = command.examples.map(([line, meaning]) => `  ${line.padEnd(44)} # ${meaning}`);
  return [
    `${command.usage}`,
    "",
    `${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`,
    ...blocks.flatMap((block) => ["", ...block.map((line) => (line === "" ? "" : `  ${line}`))]),
    "",
    "Examples:",
    ...examples,
    "",
  ].join("\n");
}

function formatItems(items: readonly Item[]): string[] {
  const width = Math.max(...items.map((item) => toWritten(item).length)) + 3;
  return items.flatMap((item) =>
    item.meaning.split("\n").map((line, index) => `${(index === 0 ? toWritten(item) : "").padEnd(width)}${line}`),
  );
}
