// `claude-meter bridge run|start|stop|status`: the daemon as a process of its own.
import { spawn } from "node:child_process";
import {
  type BridgeStatus,
  isStoppedByUser,
  readBridgeStatus,
  startBridge,
  stopBridge,
  toDaemonArguments,
  waitFor,
  writeStoppedMark,
} from "../../state/bridge-process.ts";
import { exitCodes } from "../../state/exit-code.ts";
import { isHangupIgnored } from "../../state/hangup.ts";
import { toLogPath, toStateFolder } from "../../state/paths.ts";
import { readPrivateFile } from "../../state/private-files.ts";
import { CliError } from "../cli-error.ts";
import { formatSteps, toExtensionFolder } from "../extension/extension.ts";
import { writeError, writeOut } from "../output.ts";
import { readPaired } from "../pair/pair.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { toTerminalText } from "../terminal-text.ts";
import { type LiveLines, showRows } from "./live-lines.ts";

export const bridgeOptionNames = {
  command: "bridge",
  words: ["run", "start", "stop", "status"],
  flags: ["json", "at-login"],
  texts: [],
} as const satisfies OptionNames;

const MAX_REASON_CHARACTERS = 400;

export async function runBridge(args: string[]): Promise<void> {
  const given = parseOptions(args, bridgeOptionNames);
  switch (given.word) {
    case "run":
      return await runInForeground();
    case "start":
      // What its user has stopped by hand, no login starts.
      return given.has("at-login") && isStoppedByUser() ? undefined : await start();
    case "stop":
      return await stop();
    case "status":
      return await printStatus(given.has("json"));
    case undefined:
      throw new CliError("usage", "missing subcommand: use `claude-meter bridge run|start|stop|status`.");
  }
}

async function runInForeground(): Promise<void> {
  const running = await readBridgeStatus();
  if (running) return describe(running, "The bridge is already running");
  writeStoppedMark(false);
  const child = spawn(process.execPath, toDaemonArguments("--foreground"), {
    // Else a Ctrl-C would reach it twice, and the second one ends it before it has closed its files.
    detached: process.platform !== "win32",
    stdio: ["ignore", "inherit", "pipe"],
  });
  let lines: LiveLines | undefined;
  child.stderr.setEncoding("utf8").on("data", (text: string) => (lines?.log ?? writeError)(text));
  const pass = (signal: NodeJS.Signals) => () => {
    lines?.stop();
    child.kill(signal);
  };
  process.on("SIGINT", pass("SIGINT"));
  process.on("SIGTERM", pass("SIGTERM"));
  process.on("SIGHUP", isHangupIgnored() ? () => undefined : pass("SIGHUP"));
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? exitCodes.internal));
  });
  const status = await Promise.race([waitFor(readBridgeStatus), ended.then(() => undefined)]);
  if (status) {
    await printFirstSteps();
    lines = showRows();
  }
  process.exitCode = await ended;
  lines?.stop();
}

/** What is left to do in a browser before there can be a reading. */
async function printFirstSteps(): Promise<void> {
  const paired = await readPaired();
  const browsers = [...new Set(paired.map(({ browser }) => toTerminalText(browser)))].join(", ");
  writeOut(paired.length > 0 ? `Paired with ${browsers}: nothing to load.\n` : formatSteps(toExtensionFolder()));
}

async function start(): Promise<void> {
  const running = await readBridgeStatus();
  if (running) return describe(running, "The bridge is already running");
  const status = await startBridge();
  if (!status) throw new CliError("internal", `the bridge did not start: ${await readReason()}`);
  describe(status, "The bridge is running");
}

/** A bridge that cannot start says so in its last line. */
async function readReason(): Promise<string> {
  const path = toLogPath(toStateFolder());
  const log = (await readPrivateFile(path)) ?? "";
  const said = /^claude-meter: (.*)$/.exec(log.trimEnd().split("\n").at(-1) ?? "")?.[1];
  return said === undefined ? `see ${path}.` : toTerminalText(said, MAX_REASON_CHARACTERS);
}

async function stop(): Promise<void> {
  const outcome = await stopBridge();
  if (outcome === "absent") return writeOut("The bridge was not running.\n");
  writeStoppedMark(true);
  if (outcome === "stays") throw new CliError("internal", "the bridge did not stop when asked.");
  writeOut("Bridge stopped. It stays stopped until `claude-meter bridge start`.\n");
}

async function printStatus(isJson: boolean): Promise<void> {
  const status = await readBridgeStatus();
  if (isJson) writeOut(`${JSON.stringify(status ?? null)}\n`);
  if (!status) throw new CliError("unknown", "the bridge is not running: start it with `claude-meter bridge start`.");
  if (!isJson) describe(status, "The bridge is running");
}

function describe(status: BridgeStatus, words: string): void {
  writeOut(`${words} (pid ${status.pid}, version ${status.version}).\n`);
  writeOut(
    status.ingest === "listening"
      ? `It is listening on 127.0.0.1:${status.port}.\n`
      : `Another program is using 127.0.0.1:${status.port}: the extension cannot reach the bridge until it stops.\n`,
  );
}
