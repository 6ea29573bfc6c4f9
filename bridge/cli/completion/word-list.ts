// What a shell needs of the commands, the same for all three. Pure.
import { commands } from "../commands.ts";
import { type AnyCommandHelp, type Item, listOptions, listWords } from "../help/command-help.ts";

/** Accepted by every command. */
export const helpOption: Item = { name: "--help", meaning: "show the help of this command" };
const versionOption: Item = { name: "--version", meaning: "show the version" };

/** Without a name on the command line it is the table of rows. */
export const tableCommand = "rows";

export function listCommands(): readonly AnyCommandHelp[] {
  return commands.filter(({ name }) => name !== tableCommand);
}

/** What can be typed behind a command; behind none it is what the table takes. */
export function listAccepted(name: string): readonly Item[] {
  const command = commands.find((each) => each.name === name);
  return [...(command ? listOptions(command) : []), helpOption, ...(name === tableCommand ? [versionOption] : [])];
}

/** What the first argument of a command can be. */
export function listArguments(command: AnyCommandHelp): readonly Item[] {
  if (command.name !== "help") return listWords(command);
  return listCommands().map(({ name, summary }) => ({ name, meaning: summary }));
}

export type ValueKind = { kind: "choices"; choices: readonly string[] } | { kind: "file" | "folder" | "text" };

export function toValueKind({ value, choices }: Item): ValueKind {
  if (choices) return { kind: "choices", choices };
  if (value === "<file>") return { kind: "file" };
  return { kind: value === "<folder>" ? "folder" : "text" };
}

/** A meaning's first sentence: a shell shows one line. */
export function toShortMeaning({ meaning }: Item): string {
  return meaning.split(/\n|\. /)[0] ?? "";
}
