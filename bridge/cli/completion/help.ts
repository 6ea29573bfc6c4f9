// What `claude-meter completion` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { completionOptionNames } from "./completion.ts";

export const help = {
  name: "completion",
  usage: "claude-meter completion bash|zsh|fish",
  summary: "print a completion script for your shell",
  words: {
    bash: "source it in ~/.bashrc",
    zsh: "source it in ~/.zshrc after compinit, or save it as _claude-meter in a folder of $fpath",
    fish: "save it in ~/.config/fish/completions",
  },
  options: {},
  details: [],
  examples: [
    ["source <(claude-meter completion bash)", "in ~/.bashrc"],
    ["source <(claude-meter completion zsh)", "in ~/.zshrc, after compinit"],
    ["claude-meter completion fish > ~/.config/fish/completions/claude-meter.fish", "run once"],
  ],
} satisfies CommandHelp<typeof completionOptionNames>;
