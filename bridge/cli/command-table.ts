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
