// What a shell needs of the command table, the same for all three. Pure.
import { type CommandHelp, commandTable, type OptionHelp } from "../command-table.ts";

/** Accepted by every command. */
export const helpOption: OptionHelp = { name: "--help", meaning: "show the help of this command" };
const versionOption: OptionHelp = { name: "--version", meaning: "show the version" };

/** Without a name on the command line it is the table of rows. */
export const tableCommand = "rows";

export function listCommands(): readonly CommandHelp[] {
  return commandTable.filter(({ name }) => name !== tableCommand);
}

/** The options of a command as one list; those of the table when there is none. */
export function listOptions(name: string): readonly OptionHelp[] {
  const { options = [], otherOptions = [] } = commandTable.find((command) => command.name === name) ?? {};
  return [...options, ...otherOptions, helpOption, ...(name === tableCommand ? [versionOption] : [])];
}

/** What the first argument of a command can be. */
export function listWords({ name, words = [] }: CommandHelp): readonly OptionHelp[] {
  return name === "help" ? listCommands().map((command) => ({ name: command.name, meaning: command.summary })) : words;
}

export type ValueKind = { kind: "choices"; choices: readonly string[] } | { kind: "file" | "folder" | "text" };

export function toValueKind({ value, choices }: OptionHelp): ValueKind {
  if (choices) return { kind: "choices", choices };
  if (value === "<file>") return { kind: "file" };
  return { kind: value === "<folder>" ? "folder" : "text" };
}

/** A meaning's first sentence: a shell shows one line. */
export function toShortMeaning({ meaning }: OptionHelp): string {
  return meaning.split(/\n|\. /)[0] ?? "";
}
