// Who listens on the bridge's port: asked by a connection, and named where the system tells.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { basename } from "node:path";
import { promisify } from "node:util";
import { findProcessOfSocket } from "../../state/process-of-socket.ts";
import { toTerminalText } from "../terminal-text.ts";
import type { PortOwner } from "./facts.ts";

const TIMEOUT_MS = 1_000;
/** The state LISTEN in /proc/net/tcp: proc(5). */
const LISTEN = "0A";

/** What the program prints. */
type RunProgram = (program: string, args: readonly string[]) => Promise<string>;
type PortOwnerOptions = { platform?: string; run?: RunProgram };

/** Undefined when nobody listens. */
export async function readPortOwner(
  port: number,
  { platform = process.platform, run = runProgram }: PortOwnerOptions = {},
): Promise<PortOwner | undefined> {
  if (!(await isListening(port))) return undefined;
  try {
    if (platform === "linux") return await readOnLinux(port);
    if (platform === "darwin") return await readOnMac(port, run);
  } catch {
    // It ended meanwhile, or is another user's.
  }
  return { pid: undefined, name: undefined, isBridge: false };
}

async function isListening(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: TIMEOUT_MS });
    const end = (isOpen: boolean) => () => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.on("connect", end(true));
    // Whoever does not even answer has the port all the same.
    socket.on("timeout", end(true));
    socket.on("error", end(false));
  });
}

async function readOnLinux(port: number): Promise<PortOwner> {
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8").catch(() => "")),
  );
  const ending = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const lines = tables.flatMap((table) => table.split("\n")).map((line) => line.trim().split(/\s+/));
  const inode = lines.find((line) => line[1]?.endsWith(ending) && line[3] === LISTEN)?.[9];
  const pid = inode === undefined ? undefined : await findProcessOfSocket(inode);
  if (pid === undefined) return { pid: undefined, name: undefined, isBridge: false };
  const name = await readFile(`/proc/${pid}/comm`, "utf8");
  return toOwner(Number(pid), name, await readFile(`/proc/${pid}/cmdline`, "utf8"));
}

/** BSD's ps takes all behind the first "=" for a heading, and both of these can hold blanks: so one question each. */
async function readOnMac(port: number, run: RunProgram): Promise<PortOwner> {
  const pid = /^p(\d+)$/m.exec(await run("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fp"]))?.[1] ?? "";
  const [program, commandLine] = await Promise.all([
    run("ps", ["-o", "comm=", "-p", pid]),
    run("ps", ["-o", "args=", "-p", pid]),
  ]);
  return toOwner(Number(pid), basename(program.trim()), commandLine);
}

function toOwner(pid: number, name: string, commandLine: string): PortOwner {
  const isBridge = /[\\/]bridge[\\/]daemon\.js(?:[\s\0]|$)/.test(commandLine);
  return { pid, name: toTerminalText(name.trim(), 32), isBridge };
}

async function runProgram(program: string, args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(program, args, { timeout: TIMEOUT_MS })).stdout;
}
