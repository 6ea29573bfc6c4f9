// What `claude-meter completion` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { completionOptionNames } from "./completion.ts";

export const help = {
  name: "completion",
  usage: "claude-meter completion bash|zsh|fish",
  summary: "print the script that lets a shell complete this command line",
  words: {
    bash: "for a line in ~/.bashrc",
    zsh: "for a line in ~/.zshrc behind compinit, or a file _claude-meter in a folder of $fpath",
    fish: "for a file in ~/.config/fish/completions",
  },
  options: {},
  details: [],
  examples: [
    ["source <(claude-meter completion bash)", "in ~/.bashrc"],
    ["source <(claude-meter completion zsh)", "in ~/.zshrc, behind compinit"],
    ["claude-meter completion fish > ~/.config/fish/completions/claude-meter.fish", "once"],
  ],
} satisfies CommandHelp<typeof completionOptionNames>;
