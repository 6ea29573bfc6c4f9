// `claude-meter help [<command>]`, and `--help` after any command.
import { CliError } from "../cli-error.ts";
import { commandTable, formatCommandHelp, formatHelp } from "../command-table.ts";
import { writeOut } from "../output.ts";

export async function runHelp(args: string[]): Promise<void> {
  const [name] = args.filter((each) => !each.startsWith("-"));
  if (name === undefined) return writeOut(formatHelp());
  const command = commandTable.find((each) => each.name === name);
  if (!command) throw new CliError("usage", `there is no command ${JSON.stringify(name)}: see \`claude-meter help\`.`);
  writeOut(formatCommandHelp(command));
}
