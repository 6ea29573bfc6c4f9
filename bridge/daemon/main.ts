// The daemon's entry: opens the bridge, closes it on a signal, and says in its exit code how it went.
import { exitCodes } from "../state/exit-code.ts";
import { isHangupIgnored } from "../state/hangup.ts";
import { toStateFolder } from "../state/paths.ts";
import { toPort } from "../state/port.ts";
import { ensurePrivateFolder } from "../state/private-files.ts";
import { VERSION } from "../state/version.ts";
import { openBridge } from "./bridge.ts";
import { createLog, toDefectText } from "./log.ts";

/** Longer than any write takes; a bridge that hangs must not keep a computer from shutting down. */
const CLOSE_LIMIT_MS = 2_500;

// Also SQLite makes files; none of ours is for anybody else.
process.umask(0o077);
const folder = toStateFolder();
const isForeground = process.argv.includes("--foreground");
const log = createLog(folder, Date.now, isForeground);

/** In the background stderr is the log itself. */
function writeLastWords(words: string): void {
  process.stderr.write(`claude-meter: ${words}\n`);
  if (isForeground) createLog(folder, Date.now, false)(words);
}
// What nobody caught: Node says it on stderr and ends, and in the foreground only a terminal would have heard of it.
process.on("uncaughtExceptionMonitor", (error) => {
  if (isForeground) createLog(folder, Date.now, false)(`defect: ${toDefectText(error)}`);
});

let close: (() => Promise<void>) | undefined;
let isStopping = false;
function stop(): void {
  if (isStopping) process.exit(exitCodes.interrupted);
  isStopping = true;
  setTimeout(() => process.exit(exitCodes.internal), CLOSE_LIMIT_MS).unref();
  void (close?.() ?? Promise.resolve()).then(() => {
    log("stopped");
    process.exit(exitCodes.done);
  });
}
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
process.on("SIGHUP", isHangupIgnored() ? () => undefined : stop);

async function main(): Promise<void> {
  const port = toPort(process.env);
  const bridge = await openBridge({ folder, port, version: VERSION, now: Date.now, log, onStop: stop });
  if (!bridge) {
    writeLastWords("the bridge is already running.");
    process.exit(exitCodes.done);
  }
  close = bridge.close;
}

main().catch(async (error: unknown) => {
  const words = error instanceof Error ? error.message : String(error);
  // Into a folder that is not ours alone nothing is written.
  const isOurs = await ensurePrivateFolder(folder).then(
    () => true,
    () => false,
  );
  if (isOurs) writeLastWords(words);
  else process.stderr.write(`claude-meter: ${words}\n`);
  process.exit(exitCodes.internal);
});
