// `claude-meter guard`, conductor of the gate: read the row, decide, and if need be wait. An answer at once is the hot path.
import { exitCodes } from "../../state/exit-code.ts";
import { CliError } from "../cli-error.ts";
import { decideGate } from "../gate/decide-gate.ts";
import { gateOptionNames, toGateOptions } from "../gate/gate-options.ts";
import { leaseTexts } from "../lease/lease-option-names.ts";
import { writeError, writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { readRow, toAccount } from "../row/read-row.ts";
import { decideAtOnce, type GuardNews, toGuardEvent } from "./news.ts";

export const guardOptionNames = {
  command: "guard",
  flags: [...gateOptionNames.flags, "fresh", "lease", "json", "redact", "no-color"],
  texts: [...gateOptionNames.texts, ...leaseTexts, "pid"],
} as const satisfies OptionNames;

/** What a shell reports of a process that SIGTERM ended. */
const TERMINATED = 143;

export async function runGuard(args: string[]): Promise<void> {
  const given = parseOptions(args, guardOptionNames);
  const options = toGateOptions(given);
  const account = toAccount(given.text("account"));
  const tell = (news: GuardNews, words?: string) => {
    if (words !== undefined) writeError(`claude-meter: ${words}\n`);
    if (!given.has("json")) return;
    // A reader that went away ends the process here, and that must not look like a go.
    if (news.event !== "released") process.exitCode = exitCodes.unknown;
    writeOut(`${JSON.stringify(toGuardEvent(news))}\n`);
  };
  const toTeller = async () => {
    // Going on at once is silent, so the words are none of the hot path's.
    const { formatGuardWords } = await import("./format-guard-words.ts");
    return (news: GuardNews) => tell(news, formatGuardWords(news, { ...options, redact: given.has("redact") }));
  };

  if (given.has("fresh")) {
    const { onDemand } = await import("../on-demand.ts");
    const words = await (await onDemand.askForFreshReading())(readRow(account, Date.now()));
    if (words !== undefined) writeError(`claude-meter: no fresh reading: ${words}\n`);
  }
  if (given.has("lease")) {
    const { onDemand } = await import("../on-demand.ts");
    return await (await onDemand.guardWithLease())(given, { options, account, onNews: await toTeller() });
  }
  const leaseOption = [...leaseTexts, "pid" as const].find((name) => given.text(name) !== undefined);
  if (leaseOption !== undefined) throw new CliError("usage", `--${leaseOption} needs --lease.`);

  const nowMs = Date.now();
  const reading = readRow(account, nowMs);
  const decision = decideGate(reading, options, nowMs);
  const answer = decideAtOnce(decision, options);
  if (answer) {
    const news = { ...answer, decision, reading, nowMs };
    if (answer.reason === "under") tell(news);
    else (await toTeller())(news);
    process.exit(exitCodes[answer.exit]);
  }

  // Whatever ends the process while it waits must not look like a go either.
  process.exitCode = exitCodes.unknown;
  const end = (code: number) => {
    tell({ event: "refused", reason: "interrupted", decision, reading, nowMs: Date.now() });
    process.exit(code);
  };
  process.on("SIGINT", () => end(exitCodes.interrupted));
  process.on("SIGTERM", () => end(TERMINATED));
  const { onDemand } = await import("../on-demand.ts");
  (await onDemand.honourNohup())();
  const waitForGo = await onDemand.waitForGo();
  const { exit } = await waitForGo(options, {
    now: Date.now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    read: () => readRow(account, Date.now()),
    look: await onDemand.lookAfterReset(),
    want: await onDemand.tellWanted(),
    random: Math.random,
    onNews: await toTeller(),
  });
  process.exit(exitCodes[exit]);
}
