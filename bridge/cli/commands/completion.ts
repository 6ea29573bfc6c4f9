// `claude-meter completion bash|zsh|fish`: the script that lets a shell complete our command line.
import { CliError } from "../cli-error.ts";
import { formatBashCompletion } from "../completion/format-bash.ts";
import { formatFishCompletion } from "../completion/format-fish.ts";
import { formatZshCompletion } from "../completion/format-zsh.ts";
import { writeOut } from "../output.ts";
import { parseOptions } from "../parse-options.ts";

export async function runCompletion(args: string[]): Promise<void> {
  const [shell, ...rest] = args;
  parseOptions(rest, { flags: [], texts: [] });
  switch (shell) {
    case "bash":
      return writeOut(formatBashCompletion());
    case "zsh":
      return writeOut(formatZshCompletion());
    case "fish":
      return writeOut(formatFishCompletion());
    default:
      throw new CliError("usage", "say for which shell: `claude-meter completion bash|zsh|fish`.");
  }
}
