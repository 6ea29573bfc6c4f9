// Starts Claude Code on a session that was stopped: in its own folder and config dir, in a window of tmux or right here, and
// within a run, which takes its lease and lists it.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { toNoteName } from "../../state/handover-names.ts";
import type { Handover } from "../../state/handover-record.ts";
import { hasCode } from "../../state/read-status.ts";
import { toEnvironment } from "./config-folder.ts";

/** `trouble` when nothing was started. */
export type StartOutcome = { kind: "started"; where: string } | { kind: "ended" } | { kind: "trouble"; words: string };

/** As a shell says that it cannot start a command. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/** Without a word of the conversation: the session itself has all of it. */
function toPrompt(sessionId: string): string {
  const note = toNoteName(sessionId);
  return (
    `The usage limit that stopped this session has reset. If ${note} is in this folder, read it first and delete it when ` +
    "you are done. Then go on with the task you were working on."
  );
}

/** With a screen the session stays open for the user; without one it works to its end. */
function toCommand({ session_id }: Handover, runOptions: readonly string[], hasScreen: boolean): string[] {
  const run = [process.execPath, join(__dirname, "cli.js"), "run", ...(hasScreen ? ["--tty"] : []), ...runOptions];
  // The reset has passed, and what nobody can read does not hold it back for ever.
  const own = ["--label", `handover ${session_id.slice(0, 8)}`, "--on-unknown", "go"];
  const claude = ["claude", ...(hasScreen ? [] : ["-p"]), "--resume", session_id, toPrompt(session_id)];
  return [...run, ...own, "--", ...claude];
}

/** Resolves when the session has ended. */
export async function startHere(handover: Handover, runOptions: readonly string[]): Promise<StartOutcome> {
  const hasScreen = process.stdin.isTTY === true && process.stdout.isTTY === true;
  // What is typed at the terminal is for the session alone.
  const keepOn = () => undefined;
  process.on("SIGINT", keepOn);
  try {
    const stdio = [hasScreen ? "inherit" : "ignore", "inherit", "inherit"] as const;
    const [program = "", ...args] = toCommand(handover, runOptions, hasScreen);
    const child = spawn(program, args, { cwd: handover.folder, env: toEnvironment(handover), stdio: [...stdio] });
    const exited = new Promise<number | null>((resolve) => child.on("exit", resolve));
    await once(child, "spawn");
    const code = await exited;
    // The run has said why.
    return code === NOT_FOUND || code === NOT_EXECUTABLE
      ? { kind: "trouble", words: "not started" }
      : { kind: "ended" };
  } catch (error) {
    return { kind: "trouble", words: toStartWords(error) };
  } finally {
    process.off("SIGINT", keepOn);
  }
}

function toStartWords(error: unknown): string {
  if (hasCode(error, "ENOENT")) return "not started: its folder is gone";
  return `not started: ${String(error)}`;
}

const TMUX_SESSION = "claude-meter";
const runFile = promisify(execFile);

/** A window of the tmux around us, else of a session of our own; it stays open on its own. */
export async function startInTmux(handover: Handover, runOptions: readonly string[]): Promise<StartOutcome> {
  // A server that runs already has another environment than we.
  const kept = ["PATH", "CLAUDE_METER_HOME"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [`${name}=${value}`];
  });
  const { config_dir, folder } = handover;
  const config = config_dir === null ? ["-u", "CLAUDE_CONFIG_DIR"] : [`CLAUDE_CONFIG_DIR=${config_dir}`];
  const command = ["env", ...config, ...kept, ...toCommand(handover, runOptions, true)];
  const place = ["-P", "-F", "#{session_name}:#{window_index}", "-c", folder, "-n", basename(folder), "--", ...command];
  try {
    const { stdout } = await runFile("tmux", [...(await toWindowKind()), ...place]);
    return { kind: "started", where: stdout.trim() };
  } catch (error) {
    const words = hasCode(error, "ENOENT") ? "tmux is not on the PATH" : `tmux failed: ${String(error)}`;
    return { kind: "trouble", words };
  }
}

async function toWindowKind(): Promise<string[]> {
  if (process.env["TMUX"]) return ["new-window", "-d"];
  const hasOwn = await runFile("tmux", ["has-session", "-t", `=${TMUX_SESSION}`]).then(
    () => true,
    () => false,
  );
  return hasOwn ? ["new-window", "-d", "-t", `=${TMUX_SESSION}:`] : ["new-session", "-d", "-s", TMUX_SESSION];
}
