// `claude-meter handovers resume`: one after the other, each at most once, and none that went on without us.
import { exitCodes } from "../../state/exit-code.ts";
import { changeHandover, claimHandover, dropClaim, readHandover } from "../../state/handover-files.ts";
import { type Handover, isOfNewWeek, toResetMs } from "../../state/handover-record.ts";
import { CliError } from "../cli-error.ts";
import type { GuardExit } from "../guard/news.ts";
import { formatPending } from "./render-handovers.ts";
import { readStanding, type Standing } from "./standing.ts";
import { startHere, startInTmux } from "./start-session.ts";
import { createTurns, type TurnOptions } from "./turns.ts";

export type ResumeOptions = TurnOptions & { id: string | undefined; all: boolean; tmux: boolean; weekly: boolean } & {
  /** For the run that each is started in. */
  runOptions: readonly string[];
};

/** The exit code: done when each was resumed or needs nothing. */
export async function resumeHandovers(handovers: readonly Handover[], options: ResumeOptions): Promise<number> {
  const chosen = chooseHandovers(handovers, options);
  const takeTurn = createTurns(options);
  const exits: GuardExit[] = [];
  for (const handover of chosen.toSorted(byReset)) exits.push(await resumeOne(handover, takeTurn, options));
  const worst = exits.find((exit) => exit === "unknown") ?? exits.find((exit) => exit === "over") ?? "done";
  return exitCodes[worst];
}

/** Throws CliError "usage" when it is not said which. */
function chooseHandovers(handovers: readonly Handover[], { id, all }: ResumeOptions): readonly Handover[] {
  if (id !== undefined && all) throw new CliError("usage", "name one session, or all of them with --all.");
  if (id === undefined) {
    const pending = handovers.filter(({ state }) => state === "pending");
    if (all || pending.length <= 1) return pending;
    throw new CliError(
      "usage",
      `choose one, or --all:\n${pending.map((each) => `  ${formatPending(each)}`).join("\n")}`,
    );
  }
  const named = handovers.filter(({ session_id }) => session_id.startsWith(id.toLowerCase()));
  const [only, second] = named;
  if (only && !second) return [only];
  throw new CliError("usage", `${second ? "several sessions begin" : "no session begins"} with ${JSON.stringify(id)}.`);
}

/** Who may go on first, first; what nobody knows, last. */
function byReset(a: Handover, b: Handover): number {
  const [aMs, bMs] = [toResetMs(a) ?? Number.MAX_SAFE_INTEGER, toResetMs(b) ?? Number.MAX_SAFE_INTEGER];
  return aMs - bMs || a.cut_at.localeCompare(b.cut_at);
}

type TakeTurn = ReturnType<typeof createTurns>;

async function resumeOne(handover: Handover, takeTurn: TakeTurn, options: ResumeOptions): Promise<GuardExit> {
  const name = handover.session_id.slice(0, 8);
  const say = (words: string) => options.say(`${name}: ${words}`);
  const before = readStanding(handover);
  if (before !== "pending") return leaveAlone(handover, before, say);
  const resetMs = toResetMs(handover);
  const isWeekRefused = () => !options.weekly && isOfNewWeek(handover, Math.max(Date.now(), resetMs ?? 0));
  if (isWeekRefused()) return refuseWeek(say);
  const exit = await takeTurn(handover);
  if (exit !== "done") {
    say(exit === "over" ? "not yet: its limit has not reset" : "left alone: the quota is unknown");
    return exit;
  }
  // Hours may have passed: what stood in its record then is old.
  const now = await readHandover(handover.session_id);
  if (now?.cut_at !== handover.cut_at) {
    say("left alone: it went on, and was stopped again");
    return "done";
  }
  const standing = readStanding(now);
  if (standing !== "pending") return leaveAlone(now, standing, say);
  if (isWeekRefused()) return refuseWeek(say);
  if (!(await claimHandover(now))) return leaveAlone(now, "resumed", say);
  return await start(now, options, say);
}

async function start(
  handover: Handover,
  { tmux, runOptions }: ResumeOptions,
  say: (words: string) => void,
): Promise<GuardExit> {
  await changeHandover(handover, { state: "resumed" }, Date.now());
  if (!tmux) say(`resuming in ${handover.folder}`);
  const outcome = tmux ? await startInTmux(handover, runOptions) : await startHere(handover, runOptions);
  if (outcome.kind === "started") say(`resumed in the tmux window ${outcome.where}`);
  if (outcome.kind !== "trouble") return "done";
  await changeHandover(handover, { state: "pending" }, Date.now());
  await dropClaim(handover);
  say(outcome.words);
  return "unknown";
}

const aloneWords: Readonly<Record<Exclude<Standing, "pending">, string>> = {
  open: "left alone: it is still open, and goes on there",
  continued: "left alone: its client continued it",
  resumed: "left alone: it was resumed already",
};

async function leaveAlone(
  handover: Handover,
  standing: Exclude<Standing, "pending">,
  say: (words: string) => void,
): Promise<GuardExit> {
  say(aloneWords[standing]);
  const isNews = standing === "continued" && handover.state === "pending";
  if (isNews) await changeHandover(handover, { state: "continued" }, Date.now());
  return "done";
}

function refuseWeek(say: (words: string) => void): GuardExit {
  say("left alone: it would spend of a new week; --weekly allows it");
  return "over";
}
