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
    name: "guard",
    usage: "claude-meter guard [--max 90] [--no-wait] [--account <name>] [--json] …",
    summary: "go on only below the limit: answers at once, or waits for the reset",
    details: [
      "--max <percent>         go on below this, not at it (90)",
      "--model <name>          watch this model's own limit as well: opus, fable, claude-opus-4-8",
      "--window <id>,…         watch exactly these: five_hour, seven_day, scoped:fable",
      "--money-max <percent>   watch the paid usage too. A Team or Enterprise seat that spends instead of stopping",
      "                        never gets a 429, so only this stops it; an account without windows needs it",
      "--account <name>        e-mail, account uuid, organisation uuid or name; else the login of this pane, else the only one",
      "--max-age <time>        an older reading is doubt (10m)",
      "--on-unknown <what>     in doubt wait for a fresh reading (wait), go on (go), or end with 69 (fail)",
      "--no-wait               answer at once",
      "--max-wait <time>       wait no longer than this, then 75 (without an end)",
      "--grace <time>          stay this long after the reset (30s)",
      "--spread <time>         panes go on over at least this time, each at its own random moment (60s)",
      "--json                  a line per event on stdout: waiting, released, refused",
      "--redact                accounts by their ids, without e-mail and names",
      "",
      "Exit code: 0 go on, 75 over the limit, 69 nobody knows, 64 the command line is wrong, 130 interrupted.",
      "Only 0 is a yes. Waiting costs nothing: a look each minute at one file, no network.",
    ],
    examples: [
      ['claude-meter guard && claude -p "…"', "wait until the quota allows it"],
      ["claude-meter guard --no-wait --max 80", "ask, for a script"],
      ["claude-meter guard --model opus --max-wait 6h", "with Opus's own limit, six hours at most"],
      ["claude-meter guard --no-wait --money-max 80%", "stop before the money does"],
    ],
  },
  {
    name: "line",
    usage: "claude-meter line [--format <template>] [--account <name>]",
    summary: "one short line for tmux or a prompt",
    details: [
      "{5h} {7d} {binding}     percent of the 5-hour window, of the weekly one, of the one that binds",
      "{model:<name>}          percent of a model's window; {window:<id>} of any",
      "{reset} {reset_clock}   when the window named last before it starts again (else the one that binds)",
      "{money}                 percent of the paid usage",
      "{age} {state}           of the reading: fresh, aging, stale",
      "{binding_name}          the window's name as the server says it, made harmless, # doubled for tmux",
      "",
      'Without --format it is "{binding}% {reset}". What is not known is "?". A stale reading says so at the end, unless',
      "{age} or {state} does. Exit code: always 0.",
    ],
    examples: [
      ["claude-meter line", "60% 3 d 21 h"],
      ["claude-meter line --format '5h {5h}% {reset}'", "5h 42% 2 h 11 min"],
      ["set -g status-right '#(claude-meter line)'", "in tmux.conf"],
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
    name: "pair",
    usage: "claude-meter pair [--list [--json]] [--revoke <install>]",
    summary: "pair a browser by code, list the paired ones, take a key back",
    details: [
      "Only needed where the browser can not start the native host (snap, flatpak): else it pairs by itself.",
      "",
      "(no option)          show a code for two minutes; type it into the extension's popup",
      "--list               the paired browser profiles and their install ids",
      "--revoke <install>   refuse this browser profile from now on",
      "",
      "Exit code: 0 paired, 75 the code expired or five wrong ones were tried, 69 the bridge is not running.",
    ],
    examples: [
      ["claude-meter pair", "show a code"],
      ["claude-meter pair --list", "who may report"],
    ],
  },
  {
    name: "accounts",
    usage: "claude-meter accounts [--json]",
    summary: "list the accounts and organisations that --account understands",
    details: ["Exit code: 0 listed, 69 there are none."],
    examples: [["claude-meter accounts", "names and ids"]],
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
      "Exit code: always 0; what is not known is a question mark. Details: docs/claude-code.md.",
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
      "Details: docs/claude-code.md.",
    ],
    examples: [
      ["claude-meter setup --claude-code", "writes all three into Claude Code's settings"],
      ["claude-meter hook pre-tool --allow-tool Write", "a note can still be written"],
    ],
  },
  {
    name: "setup",
    usage: "claude-meter setup [--claude-code] [--browser-dir <folder>] [--dry-run] [--yes]",
    summary: "let the browsers of this user start the bridge and pair with it, or connect Claude Code",
    details: [
      "Writes a native messaging host manifest for every Chromium browser it finds. Shows each file before it writes.",
      "",
      "--claude-code            instead: hooks and status line for Claude Code's settings.json; the rest of it stays",
      "--browser-dir <folder>   also for the browser with this user data folder (can be repeated)",
      "--dry-run                only show what would be written",
      "--yes                    do not ask",
    ],
    examples: [
      ["claude-meter setup --dry-run", "see what it would write"],
      ["claude-meter setup --yes", "write it"],
      ["claude-meter setup --claude-code", "see the change in Claude Code's settings, and say yes"],
    ],
  },
  {
    name: "uninstall",
    usage: "claude-meter uninstall [--claude-code] [--dry-run] [--yes]",
    summary: "take back what setup wrote",
    details: [
      "--claude-code   only what stands in Claude Code's settings.json",
      "--dry-run       only show what would be removed",
      "--yes           do not ask",
      "",
      "The readings stay in the state folder; delete it to forget them.",
    ],
    examples: [["claude-meter uninstall --dry-run", "see what it would remove"]],
  },
  {
    name: "run",
    usage: "claude-meter run [--max <percent>] [--resume] [--label <text>] -- <command…>",
    summary: "run an agent behind the gate, and stop or wait when it hits a limit",
    details: [
      "--resume                 at a limit wait for its reset and start the command again",
      "--resume-command <line>  start this instead, by the shell: `claude -p --continue …`",
      "--max-restarts <n/h>     at most so many starts an hour (3/h); waiting does not count",
      "--label <text>           a name for `claude-meter runs`",
      "--status-file <file>     keep the status there instead of in the list of `claude-meter runs`",
      "--tty                    hand on the whole terminal; then the output can not be watched for limits",
      "--end-after <time>       how long a command that hit a limit may stay (30s)",
      "--kill-after <time>      from asking a command to end to killing it (10s)",
      "--stalled-after <time>   without output for so long it is shown as stalled (10m)",
      "All options of `guard`: --max, --model, --window, --max-age, --no-wait, --max-wait, --grace, --spread,",
      "--on-unknown, --money-max, --account.",
      "",
      "Exit code: the command's own; 75 a limit, 69 the gate has no data, 64 the command line is wrong,",
      "127 no such command, 126 it can not be run. Details: docs/run.md.",
    ],
    examples: [
      ["claude-meter run -- claude -p '…' --output-format stream-json --verbose", "75 when a limit stops it"],
      ["claude-meter run --resume -- ./nightly.sh", "goes on after the reset"],
    ],
  },
  {
    name: "runs",
    usage: "claude-meter runs [--json]",
    summary: "list the runs of the last days: waiting, running, stalled, dead, completed, failed",
    details: [
      "--json   an array, one object per run, the oldest first",
      "",
      "Runs that ended more than seven days ago are forgotten. Exit code: 0, also when there are none.",
    ],
    examples: [["claude-meter runs", "how the night is going"]],
  },
  {
    name: "doctor",
    usage: "claude-meter doctor [--json]",
    summary: "find what is wrong, and the one step that mends it",
    details: [
      "Looks at Node, SQLite, the state folder, the bridge, its port, the clock, browsers, pairing, the extension,",
      "claude.ai and the row of this pane, in this order. It changes nothing, and prints no e-mail and no name.",
      "",
      '--json   { "ok", "first", "checks": [{ "check", "status", "code", "detail", "step" }], "drift" } for scripts',
      "",
      "Exit code: 0 nothing is broken, 69 something is. The codes are explained in docs/troubleshooting.md.",
    ],
    examples: [
      ["claude-meter doctor", "when the number is missing or old"],
      ["claude-meter doctor --json", "for a bug report"],
    ],
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
