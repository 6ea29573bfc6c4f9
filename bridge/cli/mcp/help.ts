// What `claude-meter mcp` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { mcpOptionNames } from "./mcp.ts";

export const help = {
  name: "mcp",
  usage: "claude-meter mcp [--account <name>]",
  summary: "give an agent its own quota as tools (MCP, over stdio)",
  options: {
    account: {
      value: "<name>",
      meaning: "whose quota (default: CLAUDE_METER_ACCOUNT, then the account this pane is signed in to)",
    },
  },
  details: [
    "quota_status   every row, as `claude-meter --json --redact` prints it",
    "quota_check    may work go on now? As `guard --no-wait --json` says it",
    "quota_wait     waits until it may, with progress; can be cancelled",
    "quota_claim    reserves room for work that is about to start (a lease, docs/leases.md)",
    "quota_release  ends a claim; the end of the agent ends all of them",
    "",
    "Numbers, times, ids and codes only: no e-mail and no name reaches the agent. The answers come from the local " +
      "file, so they work, and say how old they are, while the bridge is down.",
  ],
  examples: [
    ["claude mcp add claude-meter -- claude-meter mcp", "for Claude Code; other clients: docs/mcp.md"],
    ["claude-meter mcp --account work", "about one account, whoever is signed in"],
  ],
} satisfies CommandHelp<typeof mcpOptionNames>;
