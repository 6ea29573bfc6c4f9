// The sources as a table, and why one is silent in words. Pure.
import { formatDuration } from "../../../shared/format.ts";
import { toSourceName } from "../../../shared/sources.ts";
import { toTerminalText } from "../terminal-text.ts";
import type { SourceState } from "./to-source-states.ts";

const reasonWords: ReadonlyMap<string, string> = new Map([
  ["off", "switched off"],
  ["refused-for-good", "the API kept refusing it; try again with `claude-meter sources --on oauth`"],
  ["refused", "the API refused it"],
  ["held", "asked a moment ago"],
  ["nobody-asks", "nobody waits for a reading"],
  ["fresh-elsewhere", "another source is fresh"],
  ["not-signed-in", "Claude Code is not signed in to claude.ai"],
  ["unreadable-login", "Claude Code's login cannot be read"],
  ["other-credential", "Claude Code's settings name another credential than the login"],
  ["other-login", "the login changed while it was asked"],
  ["no-program", "the program `claude` was not found"],
  ["no-token", "no token that is valid now; Claude Code renews it when it is used"],
  ["no-answer", "no answer in time"],
  ["no-numbers", "it answered without numbers: no network, rate limited, or signed out"],
  ["bridge-not-running", "the bridge is not running"],
  ["never-seen", "nothing has come from it yet"],
  ["nothing-since", "nothing has come from it since"],
]);

export function toReasonWords(reason: string): string {
  return reasonWords.get(reason) ?? toTerminalText(reason, 40);
}

export function formatSources(states: readonly SourceState[], nowMs: number): string {
  const lines = states.map((each) => [toName(each), each.state, toLast(each, nowMs), toNote(each, nowMs)]);
  const table = [["source", "state", "last reading", ""], ...lines];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return table
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function toName({ source, config_dir }: SourceState): string {
  const place = config_dir === null ? "" : ` (${toTerminalText(config_dir, 60)})`;
  return `${toTerminalText(toSourceName(source), 40)}${place}`;
}

function toLast({ last_reading_at: at }: SourceState, nowMs: number): string {
  return at === null ? "-" : `${formatDuration(Math.max(0, nowMs - Date.parse(at)))} ago`;
}

function toNote({ reason, next_ask_at: next }: SourceState, nowMs: number): string {
  const why = reason === null ? "" : toReasonWords(reason);
  if (next === null) return why;
  const waitMs = Date.parse(next) - nowMs;
  const when =
    waitMs > 0 ? `asked again in ${formatDuration(waitMs)} at the earliest` : "asked when somebody waits for it";
  return why === "" ? when : `${why}; ${when}`;
}
