// The table that help, completions and the man page are made from, against what each command really takes.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type CommandHelp, commandTable } from "../../../bridge/cli/command-table.ts";
import { runGuard } from "../../../bridge/cli/guard/guard.ts";
import { runHook } from "../../../bridge/cli/hook/hook.ts";
import { lineOptionNames } from "../../../bridge/cli/line/line.ts";
import { onDemand, type Run } from "../../../bridge/cli/on-demand.ts";
import { type OptionNames, parseOptions } from "../../../bridge/cli/parse-options.ts";
import { runRows } from "../../../bridge/cli/rows/rows.ts";
import { statuslineOptionNames } from "../../../bridge/cli/statusline/statusline.ts";

type Kind = "flag" | "text";

/** Refused by every command, so that none of them goes on to its work. */
const POISON = "--no-such-option";

/** These two print a question mark and end the process whatever is wrong: only their parser is asked. */
const toParser =
  (names: OptionNames): Run =>
  async (args) =>
    void parseOptions(args, names);

const runs: Record<string, () => Promise<Run>> = {
  ...onDemand.commands,
  rows: async () => runRows,
  guard: async () => runGuard,
  hook: async () => runHook,
  line: async () => toParser(lineOptionNames),
  statusline: async () => toParser(statuslineOptionNames),
  run: async () => {
    const run = await onDemand.commands.run();
    return (args) => run([...args, "--", "true"]);
  },
};

/** Every word in quotes that could be an option of some command. */
function listCandidates(): string[] {
  const folder = fileURLToPath(new URL("../../../bridge/cli", import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const words = files.flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    return [...text.matchAll(/"(?:--)?([a-z][a-z-]+)"|^ {2}([a-z]+): \{ type: /gm)].flatMap(
      (match) => match[1] ?? match[2] ?? [],
    );
  });
  return [...new Set(words)];
}

async function probe(run: Run, first: readonly string[], name: string): Promise<Kind | undefined> {
  const words = await run([...first, `--${name}=x`, POISON]).then(
    () => "took everything",
    (error: unknown) => String(error),
  );
  if (/takes no value|does not take an argument/.test(words)) return "flag";
  if (words.includes(POISON)) return "text";
  expect(words).toContain(`--${name}`);
  return undefined;
}

/** Of an entry without a list they stand in its prose. */
function listTold({ options, otherOptions = [], details }: CommandHelp): string[] {
  if (!options) return details.flatMap((line) => /^--[a-z-]+(?: <)?/.exec(line)?.[0] ?? []).toSorted();
  return [...options, ...otherOptions].map(({ name, value }) => (value === undefined ? name : `${name} <`)).toSorted();
}

const candidates = listCandidates();

test.each(commandTable.filter(({ name }) => name !== "help"))(
  "the options of $name in the table are exactly those it takes, flags as flags",
  async (command) => {
    const run = await runs[command.name]?.();
    if (!run) throw new Error(`there is no command ${command.name}`);
    const first = (command.words ?? []).slice(-1).map((word) => word.name);
    const taken: string[] = [];
    for (const name of candidates) {
      const kind = await probe(run, first, name);
      if (kind) taken.push(kind === "flag" ? `--${name}` : `--${name} <`);
    }
    expect(taken.toSorted()).toEqual(listTold(command));
  },
);

test("every choice of the table is named in its option's words or its command's usage", () => {
  for (const { options = [], usage } of commandTable) {
    for (const { choices = [], meaning } of options) {
      for (const choice of choices) expect(`${usage} ${meaning}`).toContain(choice);
    }
  }
});

test("the words that a command begins with are those of its usage", () => {
  for (const { words = [], usage } of commandTable) {
    if (words.length > 0) expect(usage).toContain(words.map(({ name }) => name).join("|"));
  }
});
