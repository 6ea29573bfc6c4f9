// Every command: its name, what it is for, its options and examples. Help, completions and the man page are made from this
// table alone.
export type OptionHelp = {
  /** As it is typed: `--max`, or a word such as `start`. */
  name: string;
  /** What follows it: `<percent>`; a flag has none. */
  value?: string;
  /** Every value it takes, where they are few. */
  choices?: readonly string[];
  /** Lines that belong together are parted by a line feed. */
  meaning: string;
};

export type CommandHelp = {
  name: string;
  usage: string;
  summary: string;
  /** Stands above the options. */
  intro?: readonly string[];
  /** What the first argument can be. */
  words?: readonly OptionHelp[];
  options?: readonly OptionHelp[];
  /** Accepted as well; help has them in its details, completions and man page one by one. */
  otherOptions?: readonly OptionHelp[];
  details: readonly string[];
  examples: readonly (readonly [command: string, meaning: string])[];
};

/** So that a script can say it to every command. */
const noColor: OptionHelp = { name: "--no-color", meaning: "no colours; there are none here anyway" };

/** What a guard watches and how it waits. */
const gateOptions: readonly OptionHelp[] = [
  { name: "--max", value: "<percent>", meaning: "go on below this, not at it (90)" },
  { name: "--model", value: "<name>", meaning: "watch this model's own limit as well: opus, fable, claude-opus-4-8" },
  { name: "--window", value: "<id>,…", meaning: "watch exactly these: five_hour, seven_day, scoped:fable" },
  {
    name: "--money-max",
    value: "<percent>",
    meaning:
      "watch the paid usage too. A Team or Enterprise seat that spends instead of stopping\n" +
      "never gets a 429, so only this stops it; an account without windows needs it",
  },
  {
    name: "--forecast",
    meaning: "not either when a watched window would be full within --for; no forecast is no objection",
  },
  { name: "--for", value: "<time>", meaning: "how far --forecast looks ahead (30m)" },
  {
    name: "--account",
    value: "<name>",
    meaning: "e-mail, account uuid, organisation uuid or name; else the login of this pane, else the only one",
  },
  { name: "--max-age", value: "<time>", meaning: "an older reading is doubt (10m)" },
  {
    name: "--on-unknown",
    value: "<what>",
    choices: ["wait", "go", "fail"],
    meaning: "in doubt wait for a fresh reading (wait), go on (go), or end with 69 (fail)",
  },
  { name: "--no-wait", meaning: "answer at once" },
  { name: "--max-wait", value: "<time>", meaning: "wait no longer than this, then 75 (without an end)" },
  { name: "--grace", value: "<time>", meaning: "stay this long after the reset (30s)" },
  {
    name: "--spread",
    value: "<time>",
    meaning: "panes go on over at least this time, each at its own random moment (60s)",
  },
];

export const commandTable: readonly CommandHelp[] = [
  {
    name: "rows",
    usage: "claude-meter [--json] [--account <name>] [--redact] [--no-color]",
    summary: "show every account with all its rate limit windows",
    options: [
      {
        name: "--json",
        meaning: "an array of rows, one per account and organisation (the contract is in the README)",
      },
      {
        name: "--account",
        value: "<name>",
        meaning: "only the row with this e-mail, account uuid, organisation uuid or organisation name",
      },
      { name: "--redact", meaning: "numbers, states and ids only: no e-mail, no names, no text of the server" },
      { name: "--no-color", meaning: "no colours (also: NO_COLOR=1, or when stdout is not a terminal)" },
    ],
    details: ["Exit code: 0 rows were printed, 69 there are none, 64 the command line is wrong."],
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
    options: [
      ...gateOptions,
      { name: "--json", meaning: "a line per event on stdout: waiting, released, refused" },
      { name: "--redact", meaning: "accounts by their ids, without e-mail and names" },
    ],
    otherOptions: [noColor],
    details: [
      "Exit code: 0 go on, 75 over the limit, 69 nobody knows, 64 the command line is wrong, 130 interrupted.",
      "Only 0 is a yes. Waiting costs nothing: a look each minute at one file, no network.",
    ],
    examples: [
      ['claude-meter guard && claude -p "…"', "wait until the quota allows it"],
      ["claude-meter guard --no-wait --max 80", "ask, for a script"],
      ["claude-meter guard --model opus --max-wait 6h", "with Opus's own limit, six hours at most"],
      ["claude-meter guard --no-wait --money-max 80%", "stop before the money does"],
      ["claude-meter guard --forecast --for 1h", "do not begin what the next hour would not end"],
    ],
  },
  {
    name: "line",
    usage: "claude-meter line [--format <template>] [--account <name>]",
    summary: "one short line for tmux or a prompt",
    options: [
      { name: "--format", value: "<template>", meaning: 'text with the placeholders below ("{binding}% {reset}")' },
      { name: "--account", value: "<name>", meaning: "another row than that of this pane's login" },
      { name: "--redact", meaning: "a window by its id, without its name" },
    ],
    otherOptions: [noColor],
    details: [
      "{5h} {7d} {binding}     percent of the 5-hour window, of the weekly one, of the one that binds",
      "{model:<name>}          percent of a model's window; {window:<id>} of any",
      "{reset} {reset_clock}   when the window named last before it starts again (else the one that binds)",
      "{money}                 percent of the paid usage",
      "{age} {state}           of the reading: fresh, aging, stale",
      "{binding_name}          the window's name as the server says it, made harmless, # doubled for tmux",
      "",
      'What is not known is "?". A stale reading says so at the end, unless {age} or {state} does. Exit code: always 0.',
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
    words: [
      { name: "run", meaning: "in the foreground, with a live line per account; Ctrl-C ends it" },
      { name: "start", meaning: "in the background; says so when it is ready" },
      { name: "stop", meaning: "ends it; what was acknowledged is on disk" },
      { name: "status", meaning: "whether it runs, and on which port" },
    ],
    options: [
      { name: "--json", meaning: "the status for scripts" },
      { name: "--at-login", meaning: "start, but not when you have stopped it by hand" },
    ],
    details: ["Exit code: 0 done, 69 it is not running (status), 70 it could not start or stop."],
    examples: [
      ["claude-meter bridge start", "start it once after login"],
      ["claude-meter bridge status --json", "pid, version and port, or null"],
    ],
  },
  {
    name: "pair",
    usage: "claude-meter pair [--list [--json]] [--revoke <install>]",
    summary: "pair a browser by code, list the paired ones, take a key back",
    intro: [
      "Only needed where the browser can not start the native host (snap, flatpak): else it pairs by itself.",
      "Without an option it shows a code for two minutes; type it into the extension's popup.",
    ],
    options: [
      { name: "--list", meaning: "the paired browser profiles and their install ids" },
      { name: "--json", meaning: "the list for scripts" },
      { name: "--revoke", value: "<install>", meaning: "refuse this browser profile from now on" },
    ],
    details: ["Exit code: 0 paired, 75 the code expired or five wrong ones were tried, 69 the bridge is not running."],
    examples: [
      ["claude-meter pair", "show a code"],
      ["claude-meter pair --list", "who may report"],
    ],
  },
  {
    name: "accounts",
    usage: "claude-meter accounts [--json]",
    summary: "list the accounts and organisations that --account understands",
    options: [{ name: "--json", meaning: "an array for scripts" }],
    details: ["Exit code: 0 listed, 69 there are none."],
    examples: [["claude-meter accounts", "names and ids"]],
  },
  {
    name: "statusline",
    usage: "claude-meter statusline [--format <template>] [--account <name>]",
    summary: "one line for Claude Code's status line, from its JSON on stdin",
    options: [
      {
        name: "--format",
        value: "<template>",
        meaning: "the placeholders of `claude-meter line`, and {model} for the session's own model",
      },
      { name: "--account", value: "<name>", meaning: "another row than that of this pane's login" },
    ],
    otherOptions: [noColor],
    details: [
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
    words: [
      {
        name: "user-prompt",
        meaning: "from --warn on adds one line for the agent; from --max on holds the prompt back",
      },
      { name: "pre-tool", meaning: "from --max on denies the tool, with the window and its reset as the reason" },
      { name: "stop", meaning: "from --max on tells you; it never blocks" },
    ],
    options: [
      { name: "--warn", value: "<percent>", meaning: "where the warning begins (80)" },
      { name: "--max", value: "<percent>", meaning: "where work is held back (95)" },
      { name: "--window", value: "<id>,…", meaning: "watch exactly these: five_hour, seven_day, scoped:fable" },
      { name: "--model", value: "<name>", meaning: "watch this model's own limit as well: opus, fable" },
      { name: "--allow-tool", value: "<name>,…", meaning: "tools that stay allowed, to wind down" },
      {
        name: "--on-unknown",
        value: "<what>",
        choices: ["go", "fail"],
        meaning: "what an unknown or old number does: nothing (go), or the same as --max (fail)",
      },
      { name: "--max-age", value: "<time>", meaning: "how old a number may be (10m)" },
      { name: "--account", value: "<name>", meaning: "another row than that of this pane's login" },
    ],
    otherOptions: [noColor],
    details: [
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
    usage: "claude-meter setup [--claude-code] [--tmux] [--no-autostart] [--browser-dir <folder>] [--dry-run] [--yes]",
    summary: "let the browsers of this user start the bridge and pair with it, or connect Claude Code",
    intro: [
      "Writes a native messaging host manifest for every Chromium browser it finds, and starts the bridge now and at each",
      "login (systemd, launchd, task scheduler). Shows each file before it writes. Details: docs/install.md.",
    ],
    options: [
      { name: "--no-autostart", meaning: "only the browsers; they start the bridge as well" },
      {
        name: "--claude-code",
        meaning: "instead: hooks and status line for Claude Code's settings.json; the rest of it stays",
      },
      {
        name: "--browser-dir",
        value: "<folder>",
        meaning: "also for the browser with this user data folder (can be repeated)",
      },
      { name: "--tmux", meaning: "instead: show the lines for tmux.conf" },
      { name: "--dry-run", meaning: "only show what would be written" },
      { name: "--yes", meaning: "do not ask" },
    ],
    details: [],
    examples: [
      ["claude-meter setup --dry-run", "see what it would write"],
      ["claude-meter setup --yes", "write it"],
      ["claude-meter setup --claude-code", "see the change in Claude Code's settings, and say yes"],
      ["claude-meter setup --tmux", "the lines for tmux.conf"],
    ],
  },
  {
    name: "uninstall",
    usage: "claude-meter uninstall [--purge] [--claude-code] [--dry-run] [--yes]",
    summary: "take back what setup wrote, and stop the bridge",
    options: [
      { name: "--purge", meaning: "delete the readings, the history and the keys as well; with --yes they else stay" },
      { name: "--claude-code", meaning: "only what stands in Claude Code's settings.json" },
      { name: "--dry-run", meaning: "only show what would be removed" },
      { name: "--yes", meaning: "do not ask" },
    ],
    details: ["A state folder that holds anything else is not touched."],
    examples: [
      ["claude-meter uninstall --dry-run", "see what it would remove"],
      ["claude-meter uninstall --purge", "leave no trace"],
    ],
  },
  {
    name: "extension",
    usage: "claude-meter extension [path|open]",
    summary: "how to load the browser extension that came with this program",
    intro: ["Without a word: the three steps."],
    words: [
      { name: "path", meaning: "the folder to load, for scripts" },
      {
        name: "open",
        meaning: "on macOS opens the browser's extensions page as well; other systems let no program do that",
      },
    ],
    details: [
      "The folder stays where it is when the package is updated: the browser takes the new version at its next start.",
    ],
    examples: [
      ["claude-meter extension", "the three steps"],
      ["claude-meter extension path", "the folder to load"],
    ],
  },
  {
    name: "run",
    usage: "claude-meter run [--max <percent>] [--resume] [--label <text>] -- <command…>",
    summary: "run an agent behind the gate, and stop or wait when it hits a limit",
    options: [
      { name: "--resume", meaning: "at a limit wait for its reset and start the command again" },
      {
        name: "--resume-command",
        value: "<line>",
        meaning: "start this instead, by the shell: `claude -p --continue …`",
      },
      {
        name: "--max-restarts",
        value: "<n/h>",
        meaning: "at most so many starts an hour (3/h); waiting does not count",
      },
      { name: "--label", value: "<text>", meaning: "a name for `claude-meter runs`" },
      {
        name: "--status-file",
        value: "<file>",
        meaning: "keep the status there instead of in the list of `claude-meter runs`",
      },
      { name: "--tty", meaning: "hand on the whole terminal; then the output can not be watched for limits" },
      { name: "--end-after", value: "<time>", meaning: "how long a command that hit a limit may stay (30s)" },
      { name: "--kill-after", value: "<time>", meaning: "from asking a command to end to killing it (10s)" },
      { name: "--stalled-after", value: "<time>", meaning: "without output for so long it is shown as stalled (10m)" },
    ],
    otherOptions: [...gateOptions, noColor],
    details: [
      "All options of `guard`: --max, --model, --window, --max-age, --no-wait, --max-wait, --grace, --spread,",
      "--on-unknown, --money-max, --forecast, --for, --account.",
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
    options: [{ name: "--json", meaning: "an array, one object per run, the oldest first" }],
    otherOptions: [noColor],
    details: ["Runs that ended more than seven days ago are forgotten. Exit code: 0, also when there are none."],
    examples: [["claude-meter runs", "how the night is going"]],
  },
  {
    name: "history",
    usage: "claude-meter history [--since 7d] [--window <id>,…] [--format table|json|csv] …",
    summary: "what was seen of each window over time",
    options: [
      {
        name: "--since",
        value: "<when>",
        meaning: "from here on (7d): so long ago (30m, 6h, 7d), or a moment (2026-11-20T10:00:00Z)",
      },
      { name: "--until", value: "<when>", meaning: "up to here, said in the same ways; else now" },
      { name: "--window", value: "<id>,…", meaning: "only these: five_hour, seven_day, scoped:fable, money" },
      {
        name: "--account",
        value: "<name>",
        meaning: "only the row with this e-mail, account uuid, organisation uuid or organisation name",
      },
      {
        name: "--format",
        value: "<format>",
        choices: ["table", "json", "csv"],
        meaning: "a sparkline per window (table), or every point as it was seen (json, csv)",
      },
      { name: "--redact", meaning: "ids instead of names (csv holds none)" },
      { name: "--no-color", meaning: "no colours (also: NO_COLOR=1, or when stdout is not a terminal)" },
    ],
    details: [
      "Exit code: 0 printed, 69 the bridge is not running or nothing was seen, 64 the command line is wrong.",
      "Details: docs/history.md.",
    ],
    examples: [
      ["claude-meter history", "the last week of every account"],
      ["claude-meter history --since 24h --window five_hour", "the 5-hour window since yesterday"],
      ["claude-meter history --since 90d --format csv > usage.csv", "three months for a spreadsheet"],
    ],
  },
  {
    name: "metrics",
    usage: "claude-meter metrics [--token-file] [--new-token]",
    summary: "what the bridge tells Prometheus, and the token that lets Prometheus ask",
    options: [
      {
        name: "--token-file",
        meaning: "print the path of the file with the token, for `credentials_file`; made when there is none",
      },
      { name: "--new-token", meaning: "replace the token, and print the path; the old one is refused from then on" },
    ],
    details: ["Exit code: 0 printed, 69 the bridge is not running. Details: docs/metrics.md."],
    examples: [
      ["claude-meter metrics", "the metrics as text"],
      ["claude-meter metrics --token-file", "where the token is"],
    ],
  },
  {
    name: "completion",
    usage: "claude-meter completion bash|zsh|fish",
    summary: "print the script that lets a shell complete this command line",
    words: [
      { name: "bash", meaning: "for a line in ~/.bashrc" },
      { name: "zsh", meaning: "for a line in ~/.zshrc behind compinit, or a file _claude-meter in a folder of $fpath" },
      { name: "fish", meaning: "for a file in ~/.config/fish/completions" },
    ],
    details: [],
    examples: [
      ["source <(claude-meter completion bash)", "in ~/.bashrc"],
      ["source <(claude-meter completion zsh)", "in ~/.zshrc, behind compinit"],
      ["claude-meter completion fish > ~/.config/fish/completions/claude-meter.fish", "once"],
    ],
  },
  {
    name: "watch",
    usage: "claude-meter watch [--account <name>] [--redact] [--no-color]",
    summary: "a full-screen view that follows the bridge: bars, sparklines, forecast, what happened",
    options: [
      {
        name: "--account",
        value: "<name>",
        meaning: "only the row with this e-mail, account uuid, organisation uuid or organisation name",
      },
      { name: "--redact", meaning: "ids instead of names" },
      { name: "--no-color", meaning: "no colours (also: NO_COLOR=1)" },
    ],
    details: [
      "Keys: q quits, as Ctrl-C does; ↑ ↓ or k j scroll when there is more than fits.",
      "While the bridge is not running it shows the last values and how old they are, and waits for the bridge.",
      "",
      "Exit code: 0 q, 130 Ctrl-C, 64 stdout is no terminal.",
    ],
    examples: [
      ["claude-meter watch", "everything"],
      ["tmux split-window -l 12 'claude-meter watch'", "below what you work on"],
    ],
  },
  {
    name: "doctor",
    usage: "claude-meter doctor [--json]",
    summary: "find what is wrong, and the one step that mends it",
    intro: [
      "Looks at Node, SQLite, the state folder, the bridge, its port, the clock, browsers, pairing, the extension,",
      "claude.ai and the row of this pane, in this order. It changes nothing, and prints no e-mail and no name.",
    ],
    options: [
      {
        name: "--json",
        meaning: '{ "ok", "first", "checks": [{ "check", "status", "code", "detail", "step" }], "drift" } for scripts',
      },
    ],
    details: ["Exit code: 0 nothing is broken, 69 something is. The codes are explained in docs/troubleshooting.md."],
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
  const { intro = [], words = [], options = [], details } = command;
  const blocks = [intro, formatOptions(words), formatOptions(options), details].filter((block) => block.length > 0);
  const examples = command.examples.map(([line, meaning]) => `  ${line.padEnd(44)} # ${meaning}`);
  return [
    `${command.usage}`,
    "",
    `${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`,
    ...blocks.flatMap((block) => ["", ...block.map((line) => (line === "" ? "" : `  ${line}`))]),
    "",
    "Examples:",
    ...examples,
    "",
  ].join("\n");
}

function formatOptions(options: readonly OptionHelp[]): string[] {
  const width = Math.max(...options.map((option) => toWritten(option).length)) + 3;
  return options.flatMap((option) =>
    option.meaning.split("\n").map((line, index) => `${(index === 0 ? toWritten(option) : "").padEnd(width)}${line}`),
  );
}

/** The option as a user writes it. */
export function toWritten({ name, value }: OptionHelp): string {
  return value === undefined ? name : `${name} ${value}`;
}
