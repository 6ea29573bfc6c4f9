// `claude-meter doctor`: walks the chain from Node to the number, and says the first thing that is wrong and what fixes it.
import { exitCodes } from "../../state/exit-code.ts";
import { toJsonText } from "../json-text.ts";
import { writeOut } from "../output.ts";
import { createPaint, type Paint } from "../paint.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { toTerminal } from "../terminal.ts";
import { type Check, decideChecks, findFirst } from "./decide-checks.ts";
import { findingWords } from "./findings.ts";
import { gatherFacts } from "./gather-facts.ts";

export const doctorOptionNames = { command: "doctor", flags: ["json"], texts: [] } as const satisfies OptionNames;

export async function runDoctor(args: string[]): Promise<void> {
  const isJson = parseOptions(args, doctorOptionNames).has("json");
  // Node calls its SQLite experimental, in between our lines.
  process.removeAllListeners("warning");
  const facts = await gatherFacts(Date.now());
  const checks = decideChecks(facts);
  const first = findFirst(checks);
  const isOk = first?.status !== "fail";
  if (isJson) {
    writeOut(`${toJsonText({ ok: isOk, first: first?.code ?? null, checks, drift: facts.drift })}\n`);
  } else {
    const paint = createPaint(toTerminal(false).hasColour);
    writeOut(`${checks.map((check) => formatCheck(check, paint)).join("\n")}\n\n${formatFirst(first)}`);
  }
  process.exitCode = isOk ? exitCodes.done : exitCodes.unknown;
}

const marks = { ok: ["green", "ok  "], warn: ["yellow", "warn"], fail: ["red", "FAIL"] } as const;

function formatCheck({ check, status, code, detail }: Check, paint: Paint): string {
  const [style, word] = marks[status];
  return `${paint(style, word)}  ${check.padEnd(11)}  ${detail}${code ? `  [${code}]` : ""}`;
}

function formatFirst(first: Check | undefined): string {
  if (!first?.code) return "No problems found.\n";
  const lead = first.status === "fail" ? "Next step" : "Everything works. Recommended";
  return `${findingWords[first.code].means}\n${lead}: ${first.step?.replace(/\.$/, "")}.\n`;
}
