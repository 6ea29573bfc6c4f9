// The completion for zsh: a file for a folder of $fpath, or to be sourced. Pure.
import type { Item } from "../help/command-help.ts";
import { listAccepted, listArguments, listCommands, tableCommand, toShortMeaning, toValueKind } from "./word-list.ts";

export function formatZshCompletion(): string {
  const commands = listCommands();
  return [
    "#compdef claude-meter",
    "# zsh completion of claude-meter, made by: claude-meter completion zsh",
    "_claude-meter() {",
    "  local context state state_descr line",
    "  typeset -A opt_args",
    "  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then",
    "    local -a commands=(",
    ...commands.map(({ name, summary }) => `      ${quote(`${name}:${summary}`)}`),
    "    )",
    "    _describe -t commands command commands",
    "    return",
    "  fi",
    "  # Behind -- stands another command.",
    "  local border=$words[(i)--]",
    "  if (( border < CURRENT )); then",
    "    shift border words",
    "    (( CURRENT -= border ))",
    "    _normal",
    "    return",
    "  fi",
    `  local command=${tableCommand}`,
    "  if [[ $words[2] != -* ]]; then",
    "    command=$words[2]",
    "    shift words",
    "    (( CURRENT-- ))",
    "  fi",
    "  case $command in",
    ...[tableCommand, ...commands.map(({ name }) => name)].map(formatCommand),
    "  esac",
    "}",
    "# In a folder of $fpath the file is the function itself.",
    'if [[ "$funcstack[1]" == _claude-meter ]]; then _claude-meter "$@"; else compdef _claude-meter claude-meter; fi',
    "",
  ].join("\n");
}

function formatCommand(name: string): string {
  const command = listCommands().find((each) => each.name === name);
  const words = command ? listArguments(command) : [];
  const first = words.map(({ name: word, meaning }) => `${word}\\:${quoteText(meaning)}`).join(" ");
  const specs = [...listAccepted(name).map(formatOption), ...(words.length > 0 ? [quote(`1: :((${first}))`)] : [])];
  const lines = ["_arguments", ...specs.map((spec) => `  ${spec}`)].join(" \\\n      ");
  return `    ${name})\n      ${lines}\n      ;;`;
}

function formatOption(option: Item): string {
  const meaning = toShortMeaning(option).replace(/[[\]\\:]/g, "\\$&");
  if (option.value === undefined) return quote(`${option.name}[${meaning}]`);
  // With = the value may stand in the same word.
  return quote(`${option.name}=[${meaning}]: :${formatAction(option)}`);
}

function formatAction(option: Item): string {
  const kind = toValueKind(option);
  switch (kind.kind) {
    case "choices":
      return `(${kind.choices.join(" ")})`;
    case "file":
      return "_files";
    case "folder":
      return "_files -/";
    case "text":
      return " ";
  }
}

/** Inside of `((…))`, where blanks part the words. */
function quoteText(text: string): string {
  return text.replace(/[^A-Za-z0-9,.;-]/g, "\\$&");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
