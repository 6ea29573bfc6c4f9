// `claude-meter leases [--json]` and `leases end <id>`: who holds what of the quota, who waits for it and why.
import { leasesSchema } from "../../../shared/lease/lease-wire.ts";
import { CliError } from "../cli-error.ts";
import { toJsonText } from "../json-text.ts";
import { askForLeases } from "../lease/ask-for-leases.ts";
import { writeError, writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { isTerminal, toTerminal } from "../terminal.ts";
import { renderLeases } from "./render-leases.ts";

export const leasesOptionNames = {
  command: "leases",
  words: ["end"],
  flags: ["json", "no-color"],
  texts: [],
} as const satisfies OptionNames;

export async function runLeases(args: string[]): Promise<void> {
  const [first, id, ...rest] = args;
  if (first === "end") return await endLease(id, rest);
  const given = parseOptions(args, leasesOptionNames);
  const { leases } = await askForLeases("GET", "/leases", (answer) => leasesSchema.parse(answer));
  if (given.has("json")) return writeOut(`${toJsonText(leases)}\n`);
  if (leases.length === 0) return writeError("No leases: `claude-meter run` takes one.\n");
  writeOut(renderLeases(leases, Date.now(), isTerminal() ? toTerminal(true).columns : Infinity));
}

async function endLease(id: string | undefined, rest: string[]): Promise<void> {
  parseOptions(rest, leasesOptionNames);
  if (id === undefined || id.startsWith("-")) {
    throw new CliError("usage", "missing id: `claude-meter leases` lists them; its beginning is enough.");
  }
  const { leases } = await askForLeases("GET", "/leases", (answer) => leasesSchema.parse(answer));
  const matches = leases.filter((lease) => lease.state !== "settling" && lease.id.startsWith(id));
  const [only, second] = matches;
  if (!only) throw new CliError("unknown", `no lease begins with ${JSON.stringify(id)}.`);
  if (second)
    throw new CliError("usage", `${matches.length} leases begin with ${JSON.stringify(id)}: write more of it.`);
  await askForLeases("POST", "/leases/end", () => undefined, { id: only.id });
}
