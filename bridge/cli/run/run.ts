// `claude-meter run [options] -- <command>`: starts the command behind the gate, and turns a limit it hits into exit code
// 75 or into a wait.
import { toIso } from "../../../shared/time.ts";
import { exitCodes } from "../../state/exit-code.ts";
import { CliError } from "../cli-error.ts";
import { endAtOnce, endLike } from "../end-like.ts";
import type { ChildEnd } from "./child.ts";
import { createInterruption } from "./interruption.ts";
import { openStatus } from "./open-status.ts";
import { createRunGate } from "./run-gate.ts";
import { toRunRequest } from "./run-request.ts";
import { runToEnd } from "./run-to-end.ts";
import { createSpeaker } from "./speaker.ts";

/** Somebody who ends us may have a reader that takes nothing more. */
const FLUSH_LIMIT_MS = 2_000;

export async function runRun(args: string[]): Promise<void> {
  const request = toRunRequest(args);
  for (const stream of [process.stdout, process.stderr]) {
    // Its reader has gone; the command finds out by itself.
    stream.on("error", () => undefined);
  }
  const speaker = createSpeaker((text) => process.stderr.write(text));
  const interruption = createInterruption({
    hasTerminal: request.hasTerminal,
    onSecond: () => endAtOnce({ code: null, signal: "SIGINT" }),
  });
  const keeper = await openStatus(request, speaker.say);
  const gate = createRunGate(request, interruption.abort, {
    onWait: (resumeMs) =>
      keeper.change({ state: "waiting", resume_at: resumeMs === undefined ? null : toIso(resumeMs) }),
    say: speaker.say,
  });
  const finish = async (end: ChildEnd) => {
    await keeper.end(end.code === 0 ? "completed" : "failed", end.code);
    interruption.stop();
    await endLike(end, interruption.received() === undefined ? Number.POSITIVE_INFINITY : FLUSH_LIMIT_MS);
  };
  try {
    await finish(await runToEnd(request, { gate, interruption, keeper, speaker }));
  } catch (error) {
    const received = interruption.received();
    if (received) return await finish({ code: null, signal: received });
    await keeper.end("failed", exitCodes[error instanceof CliError ? error.exit : "internal"]);
    throw error;
  }
}
