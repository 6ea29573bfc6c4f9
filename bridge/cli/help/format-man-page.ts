// The man page, made of the commands' help when the programs are built. Pure.
import { commands } from "../commands.ts";
import { helpOption, listAccepted, listArguments, listCommands, tableCommand } from "../completion/word-list.ts";
import { type AnyCommandHelp, type Item, toWritten } from "./command-help.ts";
import { wrapHelp } from "./wrap.ts";

/** When what stands in this file was last written; a build is the same whatever the day. */
const DATE = "2026-11-27";

export function formatManPage(version: string): string {
  const table = commands.filter(({ name }) => name === tableCommand);
  return [
    `.TH CLAUDE-METER 1 ${DATE} "claude-meter ${version}" "User Commands"`,
    ".SH NAME",
    "claude-meter \\- the real Claude quota of your account",
    ".SH SYNOPSIS",
    ...literal(wrap(commands.map(({ usage }) => usage))),
    ".SH DESCRIPTION",
    ...formatText(
      "All agents, chats and plug-ins of one Claude account spend one quota, kept on Anthropic's servers. " +
        "The extension reads it with your own browser session and reports it to the bridge, a program on this computer; " +
        "the commands below read what the bridge keeps.",
    ),
    ...table.flatMap((command) => [
      ".PP",
      ...formatText(`Without a command: ${command.summary}.`),
      ...formatBody(command),
    ]),
    ".SH COMMANDS",
    ...listCommands().flatMap((command) => [
      `.SS ${toRoff(command.name)}`,
      ...literal(wrap([command.usage])),
      ".PP",
      ...formatText(`${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`),
      ...formatBody(command),
    ]),
    ".SH EXIT STATUS",
    ...exits.flatMap(([code, meaning]) => formatItem(code, meaning)),
    ".PP",
    "If anything is unknown, a gate never exits 0, unless you wrote",
    '.BR "\\-\\-on\\-unknown go" .',
    ".SH ENVIRONMENT",
    ...formatItem("CLAUDE_METER_HOME", "the state folder, instead of the platform's own"),
    ...formatItem("CLAUDE_METER_ACCOUNT", "the default for --account"),
    ...formatItem("NO_COLOR", "no colours, unless empty"),
    ".SH FILES",
    ...formatItem("~/.local/state/claude-meter", "the state folder on Linux; also $XDG_STATE_HOME/claude-meter"),
    ...formatItem("status.json", "in the state folder: every row, for jq and containers"),
    ".SH SEE ALSO",
    ".BR jq (1),",
    ".BR tmux (1)",
    "",
  ].join("\n");
}

const exits: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "go on, or done"],
  ["64", "the command line is wrong"],
  ["69", "unknown: no data, stale or ambiguous; or the bridge is not running"],
  ["70", "a defect of claude-meter, or output of a command was lost"],
  ["75", "over the limit: try later"],
  ["130", "interrupted"],
];

function formatBody(command: AnyCommandHelp): string[] {
  const { intro = [], details, examples } = command;
  const words = command.name === "help" ? [] : listArguments(command);
  const options = listAccepted(command.name).filter((option) => option !== helpOption);
  return [
    ...(intro.length > 0 ? [".PP", ...literal(wrap(intro))] : []),
    ...[...words, ...options].flatMap((option) => formatItem(toWritten(option), toMeaning(option))),
    ...(details.length > 0 ? [".PP", ...literal(wrap(details))] : []),
    ".PP",
    "Examples:",
    ...examples.flatMap(([line, meaning]) => formatItem(line, meaning)),
  ];
}

function toMeaning({ meaning }: Item): string {
  return meaning.replaceAll("\n", " ");
}

function formatItem(term: string, meaning: string): string[] {
  return [".TP", `\\fB${toRoff(term)}\\fR`, ...formatText(meaning)];
}

/** In lines of the length that roff's own checker likes; the reader's terminal breaks them anew. */
function formatText(text: string): string[] {
  return (text.match(/.{1,60}(?: |$)/g) ?? []).map((line) => toRoff(line.trimEnd()));
}

/** A terminal of 80 columns less the page's own indent. */
const COLUMNS = 72;

function wrap(lines: readonly string[]): string[] {
  return lines.flatMap((line) => wrapHelp(line, COLUMNS).split("\n"));
}

/** Lines that stay as they are. */
function literal(lines: readonly string[]): string[] {
  return [".nf", ...lines.map((line) => (line === "" ? ".sp" : toRoff(line))), ".fi"];
}

/** roff reads a backslash, a dash, and a dot or quote at the beginning; other alphabets go by number. */
function toRoff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^(?=[.'])/, "\\&")
    .replace(
      /[^\x20-\x7e]/gu,
      (letter) => `\\[u${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`,
    );
}
