// The completion for fish. Pure.
import type { Item } from "../help/command-help.ts";
import { listAccepted, listArguments, listCommands, tableCommand, toShortMeaning, toValueKind } from "./word-list.ts";

export function formatFishCompletion(): string {
  const commands = listCommands();
  return [
    "# fish completion of claude-meter, made by: claude-meter completion fish",
    "function __claude_meter_at --description 'The command is this one, and nothing stands behind --'",
    "    set -l words (commandline -opc)",
    "    contains -- -- $words; and return 1",
    `    set -l command ${tableCommand}`,
    "    set -q words[2]; and not string match -q -- '-*' $words[2]; and set command $words[2]",
    '    test "$command" = $argv[1]',
    "end",
    "function __claude_meter_first --description 'The argument is the first one'",
    "    test (count (commandline -opc)) = $argv[1]",
    "end",
    "function __claude_meter_behind --description 'What stands behind -- completed as a command line of its own'",
    "    set -l words (commandline -opc)",
    "    set -e words[1..(contains -i -- -- $words)]",
    '    complete -C "$(string join -- " " (string escape -- $words) (commandline -ct))"',
    "end",
    "complete -c claude-meter -f",
    ...commands.map(
      ({ name, summary }) => `complete -c claude-meter -n '__claude_meter_first 1' -a ${name} -d ${quote(summary)}`,
    ),
    ...commands.flatMap((command) => listArguments(command).map((word) => formatWord(command.name, word))),
    ...[tableCommand, ...commands.map(({ name }) => name)].flatMap((name) =>
      listAccepted(name).map((option) => formatOption(name, option)),
    ),
    "complete -c claude-meter -n 'contains -- -- (commandline -opc)' -a '(__claude_meter_behind)'",
    "",
  ].join("\n");
}

function formatWord(command: string, { name, meaning }: Item): string {
  const when = `'__claude_meter_at ${command}; and __claude_meter_first 2'`;
  return `complete -c claude-meter -n ${when} -a ${name} -d ${quote(meaning)}`;
}

function formatOption(command: string, option: Item): string {
  const when = `-n '__claude_meter_at ${command}'`;
  const name = `-l ${option.name.slice(2)}`;
  return ["complete -c claude-meter", when, name, ...formatValue(option), `-d ${quote(toShortMeaning(option))}`].join(
    " ",
  );
}

function formatValue(option: Item): string[] {
  if (option.value === undefined) return [];
  const kind = toValueKind(option);
  switch (kind.kind) {
    case "choices":
      return [`-x -a ${quote(kind.choices.join(" "))}`];
    case "file":
      return ["-r -F"];
    case "folder":
      return ["-x -a '(__fish_complete_directories)'"];
    case "text":
      return ["-x"];
  }
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
