// What `claude-meter accounts` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { accountsOptionNames } from "./accounts.ts";

export const help = {
  name: "accounts",
  usage: "claude-meter accounts [forget <name> [--yes]] [--json]",
  summary: "list the names that --account accepts, or forget one",
  words: { forget: "remove what was last read of an account or organisation; its history stays" },
  options: {
    json: { meaning: "print a JSON array: of all accounts, or of those that were forgotten" },
    yes: { meaning: "forget without asking" },
  },
  details: [
    "forget takes any name that --account takes, and asks first. While a browser reads that account, its next",
    "reading brings it back. What nobody has read for 35 days is forgotten automatically.",
    "",
    "Exit code: 0 listed or forgotten, 64 no terminal to ask in and no --yes, 69 no account has been read yet,",
    "or none has that name.",
  ],
  examples: [
    ["claude-meter accounts", "e-mails, organisations and ids"],
    ["claude-meter accounts forget ana@example.com", "after leaving a job"],
  ],
} satisfies CommandHelp<typeof accountsOptionNames>;
