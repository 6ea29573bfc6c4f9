// `claude-meter run [options] -- <command>`: starts the command behind the gate, and turns a limit it hits into exit code
// 75 or into a wait.
import { toIso } from "../../../shared/time.ts";
import { exitCodes } from "../../state/exit-code.ts";
import { CliError } from "../cli-error.ts";
import type { ChildEnd } from "../run/child.ts";
import { endAtOnce, endLike } from "../run/end-like.ts";
import { createGate } from "../run/gate.ts";
import { createInterruption } from "../run/interruption.ts";
import { openStatus } from "../run/open-status.ts";
import { toRunRequest } from "../run/run-request.ts";
import { runToEnd } from "../run/run-to-end.ts";

export async function runRun(args: string[]): Promise<void> {
  const request = toRunRequest(args);
  for (const stream of [process.stdout, process.stderr]) {
    // Its reader has gone; the command finds out by itself.
    stream.on("error", () => undefined);
  }
  const say = (words: string) => void process.stderr.write(`${words}\n`);
  const interruption = createInterruption({
    hasTerminal: request.hasTerminal,
    onSecond: () => endAtOnce({ code: null, signal: "SIGINT" }),
  });
  const keeper = await openStatus(request, say);
  const gate = createGate(request, interruption.abort, {
    onWait: (resumeMs) =>
      keeper.change({ state: "waiting", resume_at: resumeMs === undefined ? null : toIso(resumeMs) }),
    say,
  });
  const finish = async (end: ChildEnd) => {
    await keeper.end(end.code === 0 ? "completed" : "failed", end.code);
    interruption.stop();
    await endLike(end);
  };
  try {
    await finish(await runToEnd(request, { gate, interruption, keeper, say }));
  } catch (error) {
    const received = interruption.received();
    if (received) return await finish({ code: null, signal: received });
    await keeper.end("failed", exitCodes[error instanceof CliError ? error.exit : "internal"]);
    throw error;
  }
}
