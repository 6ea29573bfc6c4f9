// A question that only a person can answer: asked in a terminal, and refused where there is none.
import { createInterface } from "node:readline/promises";
import { CliError } from "./cli-error.ts";

/** True for yes, false for anything else. Throws CliError "usage" without a terminal, with what to type instead. */
export async function confirmInTerminal(question: string, instead: string): Promise<boolean> {
  if (process.stdin.isTTY) return await ask(question);
  throw new CliError("usage", `cannot ask for confirmation without a terminal: run \`${instead}\` instead.`);
}

export async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
