// `claude-meter help [<command>]`, `--help` after any command, and what is said to a command that is none.
import { CliError } from "../cli-error.ts";
import { commands } from "../commands.ts";
import { writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { listWords } from "./command-help.ts";
import { findNear } from "./find-near.ts";
import { formatCommandHelp, formatHelp } from "./format-help.ts";

export const helpOptionNames = { command: "help", flags: [], texts: [] } as const satisfies OptionNames;

export async function runHelp(args: string[]): Promise<void> {
  const name = args.find((each) => !each.startsWith("-"));
  // Any word is taken here, because one that is no command has an answer of its own.
  parseOptions(args, { ...helpOptionNames, words: name === undefined ? [] : [name] });
  if (name === undefined) return writeOut(formatHelp());
  const command = commands.find((each) => each.name === name);
  if (!command) throw toUnknownCommand(name);
  writeOut(formatCommandHelp(command));
}

function toUnknownCommand(typed: string): CliError {
  const near = findNearCommand(typed);
  const hint = near === undefined ? "see `claude-meter help`." : `did you mean \`claude-meter ${near}\`?`;
  return new CliError("usage", `unknown command ${JSON.stringify(typed)}; ${hint}`);
}

/** Also by a word of its own: "status" alone is `bridge status`. */
function findNearCommand(typed: string): string | undefined {
  const owner = commands.find((command) => listWords(command).some((word) => word.name === typed));
  if (owner) return `${owner.name} ${typed}`;
  return findNear(
    typed,
    commands.map(({ name }) => name),
  );
}
