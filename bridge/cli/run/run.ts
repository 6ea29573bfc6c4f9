// `claude-meter run [options] -- <command>`: starts the command behind the gate, and turns a limit it hits into exit code
// 75 or into a wait.
import { randomUUID } from "node:crypto";
import { toIso } from "../../../shared/time.ts";
import { exitCodes } from "../../state/exit-code.ts";
import { isHangupIgnored } from "../../state/hangup.ts";
import { tellWanted } from "../../state/tell-wanted.ts";
import type { WaitRules } from "../../state/wait-rules.ts";
import { CliError } from "../cli-error.ts";
import { endAtOnce, endLike } from "../end-like.ts";
import { formatLeaseWords } from "../lease/format-lease-words.ts";
import type { LeaseNews } from "../lease/take-lease.ts";
import { dropBrake, writeBrake } from "./brake-note.ts";
import type { ChildEnd } from "./child.ts";
import { createInterruption } from "./interruption.ts";
import { openStatus } from "./open-status.ts";
import { hasOneTarget } from "./output-pipes.ts";
import { openOutput } from "./pass-through.ts";
import { createRunGate } from "./run-gate.ts";
import type { Place } from "./run-once.ts";
import { type RunRequest, toRunRequest } from "./run-request.ts";
import { runToEnd } from "./run-to-end.ts";
import { createSpeaker } from "./speaker.ts";
import type { StatusChange, StatusKeeper } from "./status-keeper.ts";

/** Somebody who ends us may have a reader that takes nothing more. */
const FLUSH_LIMIT_MS = 2_000;

/** The bridge takes who says nothing for twice as long for gone. */
const WANT_EVERY_MS = 60_000;
const TELL_MS = 1_000;

export async function runRun(args: string[]): Promise<void> {
  const request = toRunRequest(args);
  for (const stream of [process.stdout, process.stderr]) {
    // Its reader has gone; the command finds out by itself.
    stream.on("error", () => undefined);
  }
  const isMerged = hasOneTarget();
  const speaker = createSpeaker((text) => process.stderr.write(text), isMerged);
  const ignoresHangup = isHangupIgnored();
  let onHeld: (untilMs: number | undefined) => void = () => undefined;
  const proxy = request.proxy && (await startProxy(request.proxy, speaker.say, (untilMs) => onHeld(untilMs)));
  const place: Place = {
    environment: proxy?.environment ?? {},
    ignoresHangup,
    isMerged,
    mark: randomUUID(),
    outputs: { stdout: openOutput(process.stdout), stderr: openOutput(process.stderr) },
  };
  const interruption = createInterruption({
    hasTerminal: request.hasTerminal,
    ignoresHangup,
    onSecond: () => endAtOnce({ code: null, signal: "SIGINT" }),
  });
  const keeper = await openStatus(request, speaker.say);
  onHeld = keeper.hold;
  // Who reads the quota by asking does so while somebody works; nothing waits for the answer.
  const wanting = setInterval(() => void tellWanted(TELL_MS), WANT_EVERY_MS).unref();
  void tellWanted(TELL_MS);
  const gate = createRunGate(request, interruption.abort, {
    onLease: createLeaseTeller(request, { keeper, mark: place.mark, say: speaker.say }),
    onWait: (resumeMs) =>
      keeper.change({ state: "waiting", resume_at: resumeMs === undefined ? null : toIso(resumeMs) }),
    say: speaker.say,
  });
  const finish = async (own: ChildEnd) => {
    const end = toToldEnd(own, speaker.say);
    clearInterval(wanting);
    dropBrake(place.mark);
    await keeper.end(end.code === 0 ? "completed" : "failed", end.code);
    interruption.stop();
    proxy?.close();
    await endLike(end, interruption.received() === undefined ? Number.POSITIVE_INFINITY : FLUSH_LIMIT_MS);
  };
  try {
    await finish(await runToEnd(request, { gate, interruption, keeper, place, speaker }));
  } catch (error) {
    const received = interruption.received();
    if (received) return await finish({ code: null, signal: received });
    await keeper.end("failed", exitCodes[error instanceof CliError ? error.exit : "internal"]);
    throw error;
  }
}

/** Loaded by need: most runs have none. */
async function startProxy(
  rules: WaitRules,
  say: (words: string) => void,
  onHeld: (untilMs: number | undefined) => void,
) {
  const { openRunProxy } = await import("../proxy/open-run-proxy.ts");
  // As if somebody had asked for it: the command gets its time to end.
  return await openRunProxy({ rules, say, onHeld, onLost: () => process.kill(process.pid, "SIGTERM") });
}

type Teller = { keeper: StatusKeeper; mark: string; say: (words: string) => void };

/** To dashboards all of it; to the operator why it waits, once for each reason. */
function createLeaseTeller({ lease }: RunRequest, { keeper, mark, say }: Teller): (news: LeaseNews) => void {
  let toldWindow: string | null | undefined;
  return (news) => {
    if (news.kind === "brake") writeBrake(mark);
    else keeper.change(toLeaseChange(news, lease.class));
    const window = news.kind === "place" ? `${news.place.blocked_by} ${news.place.window}` : undefined;
    // Then there is nothing to divide, which the gate has judged already.
    const isQuiet = news.kind === "none" && (news.why === "absent" || news.why === "no-row") && !lease.isAskedFor;
    const words = formatLeaseWords(news, { ...lease, nowMs: Date.now() });
    if (words === undefined || isQuiet || (window !== undefined && window === toldWindow)) return;
    toldWindow = window;
    say(`claude-meter: ${words}`);
  };
}

function toLeaseChange(news: Exclude<LeaseNews, { kind: "brake" }>, name: string): StatusChange {
  const none = { class: name, position: null, blocked_by: null, window: null };
  switch (news.kind) {
    case "place": {
      const { position, blocked_by, window, expected_at } = news.place;
      const lease = { class: name, state: "waiting" as const, position, blocked_by, window };
      return { lease, state: "waiting", resume_at: expected_at };
    }
    case "granted":
      return { lease: { ...none, state: "held" } };
    case "none":
      return { lease: { ...none, state: "none" } };
    case "refused":
      return { lease: { ...none, state: "none" }, reason: news.refused.reason };
  }
}

const lostWords: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on device",
  EDQUOT: "disk quota exceeded",
  EFBIG: "file too large",
  EIO: "input/output error",
};

/** Output that could not be written is never a success, also when the command did not notice. */
function toToldEnd(end: ChildEnd, say: (words: string) => void): ChildEnd {
  if (end.lost === undefined) return end;
  say(`claude-meter: output of the command was lost: ${lostWords[end.lost] ?? end.lost}`);
  const hasFailed = end.code !== 0 && end.signal !== "SIGPIPE";
  return hasFailed ? end : { code: exitCodes.internal, signal: null };
}
