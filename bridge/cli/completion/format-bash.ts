// The completion for bash from 3.2 on, without the package bash-completion. Pure.
import type { Item } from "../help/command-help.ts";
import { listAccepted, listArguments, listCommands, tableCommand, toValueKind } from "./word-list.ts";

const HEAD = `# bash completion of claude-meter, made by: claude-meter completion bash
_claude_meter() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words="" index
  COMPREPLY=()
  # bash takes --name=value apart.
  if [[ "$word" == = ]]; then word=""
  elif [[ "$before" == = ]]; then before="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  # Behind -- stands another command.
  for ((index = 1; index < COMP_CWORD; index++)); do
    [[ "\${COMP_WORDS[index]}" == -- ]] || continue
    if ((index == COMP_CWORD - 1)); then _claude_meter_files -c; else _claude_meter_files -f; fi
    return
  done
  if ((COMP_CWORD == 1)) || [[ "$command" == -* ]]; then command=${tableCommand}; fi
`;

const TAIL = `  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
_claude_meter_files() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen "$1" -- "$word"))
  if [[ "$1" != -c ]]; then compopt -o filenames 2> /dev/null; fi
}
complete -F _claude_meter claude-meter
`;

export function formatBashCompletion(): string {
  const commands = listCommands();
  const names = [tableCommand, ...commands.map(({ name }) => name)];
  const values = names.flatMap((name) => listAccepted(name).flatMap((option) => formatValues(name, option)));
  const options = names.map((name) => `    ${name}) words="${toNames(listAccepted(name))}" ;;`);
  const words = commands
    .filter((command) => listArguments(command).length > 0)
    .map((command) => `    2:${command.name}) words="${toNames(listArguments(command))} $words" ;;`);
  return [
    `${HEAD}  case "$command:$before" in`,
    ...values,
    "  esac",
    '  case "$command" in',
    ...options,
    "  esac",
    '  case "$COMP_CWORD:$command" in',
    `    1:${tableCommand}) words="${toNames(commands)} $words" ;;`,
    ...words,
    "  esac",
    TAIL,
  ].join("\n");
}

/** What follows an option that takes a value; an option that takes none is not named here. */
function formatValues(command: string, option: Item): string[] {
  if (option.value === undefined) return [];
  const before = `    ${command}:${option.name})`;
  const kind = toValueKind(option);
  switch (kind.kind) {
    case "choices":
      return [`${before} COMPREPLY=($(compgen -W "${kind.choices.join(" ")}" -- "$word")); return ;;`];
    case "file":
      return [`${before} _claude_meter_files -f; return ;;`];
    case "folder":
      return [`${before} _claude_meter_files -d; return ;;`];
    case "text":
      return [`${before} return ;;`];
  }
}

function toNames(options: readonly { name: string }[]): string {
  return options.map(({ name }) => name).join(" ");
}
