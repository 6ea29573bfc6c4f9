// Every command: its name, what it is for, its options and examples. Help is made from this table alone.
export type CommandHelp = {
  name: string;
  usage: string;
  summary: string;
  details: readonly string[];
  examples: readonly (readonly [command: string, meaning: string])[];
};

export const commandTable: readonly CommandHelp[] = [
  {
    name: "rows",
    usage: "claude-meter [--json] [--account <name>] [--redact] [--no-color]",
    summary: "show every account with all its rate limit windows",
    details: [
      "--json             an array of rows, one per account and organisation (the contract is in the README)",
      "--account <name>   only the row with this e-mail, account uuid, organisation uuid or organisation name",
      "--redact           numbers, states and ids only: no e-mail, no names, no text of the server",
      "--no-color         no colours (also: NO_COLOR=1, or when stdout is not a terminal)",
      "",
      "Exit code: 0 rows were printed, 69 there are none, 64 the command line is wrong.",
    ],
    examples: [
      ["claude-meter", "the table"],
      ["claude-meter --json", "all rows for a script"],
      ["claude-meter --json --redact", "the same for an agent or a bug report"],
    ],
  },
  {
    name: "bridge",
    usage: "claude-meter bridge run|start|stop|status [--json]",
    summary: "run the background process that the extension reports to",
    details: [
      "run      in the foreground, with a live line per account; Ctrl-C ends it",
      "start    in the background; says so when it is ready",
      "stop     ends it; what was acknowledged is on disk",
      "status   whether it runs, and on which port (--json for scripts)",
      "",
      "Exit code: 0 done, 69 it is not running (status), 70 it could not start or stop.",
    ],
    examples: [
      ["claude-meter bridge start", "start it once after login"],
      ["claude-meter bridge status --json", "pid, version and port, or null"],
    ],
  },
  {
    name: "statusline",
    usage: "claude-meter statusline [--format <template>] [--account <name>]",
    summary: "one line for Claude Code's status line, from its JSON on stdin",
    details: [
      "--format <template>   the placeholders of `claude-meter line`, and {model} for the session's own model",
      "--account <name>      another row than that of this pane's login",
      "",
      "What the session has just heard from the server is shown when it is newer than the row, and told to the bridge.",
      "Exit code: always 0; what is not known is a question mark.",
    ],
    examples: [
      ["claude-meter setup --claude-code", "writes this into Claude Code's settings"],
      ["claude-meter statusline --format '{5h}% {reset}'", "a shorter line"],
    ],
  },
  {
    name: "hook",
    usage: "claude-meter hook user-prompt|pre-tool|stop [--warn 80] [--max 95] [--window <id>,…] [--model <name>]",
    summary: "Claude Code's hooks: a word of warning, then no more prompts and tools",
    details: [
      "user-prompt   from --warn on adds one line for the agent; from --max on holds the prompt back",
      "pre-tool      from --max on denies the tool, with the window and its reset as the reason",
      "stop          from --max on tells you; it never blocks",
      "",
      "--allow-tool <name>,…    tools that stay allowed, to wind down",
      "--on-unknown go|fail     what an unknown or old number does: nothing (go), or the same as --max (fail)",
      "--max-age 10m            how old a number may be",
      "--account <name>         another row than that of this pane's login",
      "",
      "Answers in JSON on stdout. Exit code: 0, or 64 when the command line is wrong (which blocks nothing).",
    ],
    examples: [
      ["claude-meter setup --claude-code", "writes all three into Claude Code's settings"],
      ["claude-meter hook pre-tool --allow-tool Write", "a note can still be written"],
    ],
  },
  {
    name: "setup",
    usage: "claude-meter setup --claude-code [--dry-run] [--yes]",
    summary: "connect claude-meter with the programs that should know the quota",
    details: [
      "--claude-code   put the hooks and the status line into Claude Code's settings.json; nothing else in it is touched",
      "--dry-run       show what would change, and change nothing",
      "--yes           do not ask",
      "",
      "The file is $CLAUDE_CONFIG_DIR/settings.json, else ~/.claude/settings.json.",
      "Exit code: 0 done or nothing to do, 69 the file can not be changed, 64 wrong use, 130 you said no.",
    ],
    examples: [
      ["claude-meter setup --claude-code --dry-run", "see the change first"],
      ["claude-meter setup --claude-code", "show it, ask, write it"],
    ],
  },
  {
    name: "uninstall",
    usage: "claude-meter uninstall [--claude-code] [--dry-run] [--yes]",
    summary: "take out again what setup put in",
    details: [
      "--claude-code   only from Claude Code's settings.json; without a name everything",
      "--dry-run       show what would change, and change nothing",
      "--yes           do not ask",
      "",
      "Exit code: 0 done or nothing to do, 69 the file can not be changed, 64 wrong use, 130 you said no.",
    ],
    examples: [["claude-meter uninstall", "before `npm uninstall --global claude-meter`"]],
  },
  {
    name: "help",
    usage: "claude-meter help [<command>]",
    summary: "show this help, or that of one command",
    details: [],
    examples: [["claude-meter help bridge", "the bridge command"]],
  },
];

export function formatHelp(): string {
  const width = Math.max(...commandTable.map((command) => command.usage.split(" [")[0]?.length ?? 0)) + 2;
  const commands = commandTable.map(
    (command) => `  ${(command.usage.split(" [")[0] ?? "").padEnd(width)}${command.summary}`,
  );
  return [
    "claude-meter: the real Claude quota of your account, read by your own browser.",
    "",
    "Commands:",
    ...commands,
    "",
    "Options everywhere: --help, --version. `claude-meter help <command>` shows details and examples.",
    "",
    "Files are in the state folder: CLAUDE_METER_HOME, else the platform's own (see the README).",
    "",
  ].join("\n");
}

export function formatCommandHelp(command: CommandHelp): string {
  const details = command.details.map((line) => (line === "" ? "" : `  ${line}`));
  const examples = command.examples.map(([line, meaning]) => `  ${line.padEnd(44)} # ${meaning}`);
  return [
    `${command.usage}`,
    "",
    `${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`,
    ...(details.length > 0 ? ["", ...details] : []),
    "",
    "Examples:",
    ...examples,
    "",
  ].join("\n");
}
