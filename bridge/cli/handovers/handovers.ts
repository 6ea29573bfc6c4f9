// `claude-meter handovers`: the sessions that a limit stopped, and `handovers resume`, which goes on with them.
import { readHandovers } from "../../state/handover-files.ts";
import { honourNohup } from "../../state/hangup.ts";
import { CliError } from "../cli-error.ts";
import { gateOptionNames, toGateOptions } from "../gate/gate-options.ts";
import { toJsonText } from "../json-text.ts";
import { writeError, writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { toAccount } from "../row/read-row.ts";
import { isTerminal, toTerminal } from "../terminal.ts";
import { renderHandovers } from "./render-handovers.ts";
import { resumeHandovers } from "./resume-handovers.ts";
import { readStanding } from "./standing.ts";

export const handoversOptionNames = {
  command: "handovers",
  words: ["resume"],
  named: ["resume"],
  flags: [...gateOptionNames.flags, "all", "tmux", "weekly", "json", "no-color"],
  texts: gateOptionNames.texts,
} as const satisfies OptionNames;

export async function runHandovers(args: string[]): Promise<void> {
  const given = parseOptions(args, handoversOptionNames);
  const guard = toGateOptions(given);
  const handovers = await readHandovers(Date.now());
  if (given.word === "resume") {
    if (given.has("json")) throw new CliError("usage", "--json is for the list alone.");
    if (handovers.length === 0) return writeError("No session was stopped by a limit.\n");
    honourNohup();
    process.exitCode = await resumeHandovers(handovers, {
      guard,
      account: toAccount(given.text("account")),
      id: given.name,
      all: given.has("all"),
      tmux: given.has("tmux"),
      weekly: given.has("weekly"),
      runOptions: toRunOptions(given),
      say: (words) => writeError(`claude-meter: ${words.replace(/^claude-meter: /, "")}\n`),
    });
    return;
  }
  const shown = handovers.map((handover) => ({ handover, standing: readStanding(handover) }));
  if (given.has("json")) {
    return writeOut(`${toJsonText(shown.map(({ handover, standing }) => ({ ...handover, state: standing })))}\n`);
  }
  if (shown.length === 0) return writeError("No session was stopped by a limit.\n");
  writeOut(renderHandovers(shown, Date.now(), isTerminal() ? toTerminal(true).columns : Infinity));
}

/** What the run around a session watches is what the user wants watched; it has waited already. */
const watching = ["max", "model", "window", "money-max", "account", "max-age"] as const;

function toRunOptions(given: { text: (name: (typeof watching)[number]) => string | undefined }): string[] {
  return watching.flatMap((name) => {
    const value = given.text(name);
    return value === undefined ? [] : [`--${name}=${value}`];
  });
}
