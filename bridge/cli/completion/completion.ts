// `claude-meter completion bash|zsh|fish`: the script that lets a shell complete our command line.
import { CliError } from "../cli-error.ts";
import { writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { formatBashCompletion } from "./format-bash.ts";
import { formatFishCompletion } from "./format-fish.ts";
import { formatZshCompletion } from "./format-zsh.ts";

export const completionOptionNames = {
  command: "completion",
  words: ["bash", "zsh", "fish"],
  flags: [],
  texts: [],
} as const satisfies OptionNames;

export async function runCompletion(args: string[]): Promise<void> {
  switch (parseOptions(args, completionOptionNames).word) {
    case "bash":
      return writeOut(formatBashCompletion());
    case "zsh":
      return writeOut(formatZshCompletion());
    case "fish":
      return writeOut(formatFishCompletion());
    case undefined:
      throw new CliError("usage", "missing shell: use `claude-meter completion bash|zsh|fish`.");
  }
}
