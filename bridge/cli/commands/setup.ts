// `claude-meter setup` and `claude-meter uninstall`, conductor over the parts: plan, show, ask, apply.
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { exitCodes } from "../../state/exit-code.ts";
import { CliError } from "../cli-error.ts";
import { writeOut } from "../output.ts";
import { claudeCode } from "../setup/claude-code.ts";
import { formatChange } from "../setup/diff-lines.ts";
import type { Installation, Plan } from "../setup/installation.ts";

const installations: readonly Installation[] = [claudeCode];

type Verb = "setup" | "uninstall";

export async function runSetup(args: string[]): Promise<void> {
  await run("setup", args);
}

export async function runUninstall(args: string[]): Promise<void> {
  await run("uninstall", args);
}

async function run(verb: Verb, args: string[]): Promise<void> {
  const names = [...installations.map(({ name }) => name), "dry-run", "yes"];
  const options = Object.fromEntries(names.map((name) => [name, { type: "boolean" as const }]));
  const { values } = parseArgs({ args, options });
  const named = installations.filter(({ name }) => values[name] === true);
  const chosen = named.length === 0 && verb === "uninstall" ? installations : named;
  if (chosen.length === 0) throw new CliError("usage", `say what to set up: ${listOptions()}.`);
  for (const installation of chosen) {
    const plan = await (verb === "setup" ? installation.planSetup() : installation.planRemoval());
    showPlan(plan);
    if (plan.changes.length === 0 || values["dry-run"] === true) continue;
    if (values["yes"] !== true && !(await askYes())) {
      process.exitCode = exitCodes.interrupted;
      return writeOut("Nothing was changed.\n");
    }
    await plan.apply();
    writeOut(verb === "setup" ? "Done. Sessions that are open take it up when they start again.\n" : "Done.\n");
  }
}

function listOptions(): string {
  return installations.map(({ name }) => `\`claude-meter setup --${name}\``).join(" or ");
}

function showPlan({ changes, notes }: Plan): void {
  const parts = [...changes.map(formatChange), ...(notes.length > 0 ? [notes.join("\n")] : [])];
  writeOut(`${parts.join("\n\n")}\n`);
}

async function askYes(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new CliError("usage", "nobody is here to ask: say --yes to write this.");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question("Write this? [y/N] ")).trim());
  } finally {
    lines.close();
  }
}
