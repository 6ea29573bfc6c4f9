// Who listens on the bridge's port: asked by a connection, and named where the system tells.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { promisify } from "node:util";
import { findProcessOfSocket } from "../../state/process-of-socket.ts";
import { toTerminalText } from "../terminal-text.ts";
import type { PortOwner } from "./facts.ts";

const TIMEOUT_MS = 1_000;
/** The state LISTEN in /proc/net/tcp: proc(5). */
const LISTEN = "0A";

/** Undefined when nobody listens. */
export async function readPortOwner(port: number): Promise<PortOwner | undefined> {
  if (!(await isListening(port))) return undefined;
  try {
    if (process.platform === "linux") return await readOnLinux(port);
    if (process.platform === "darwin") return await readOnMac(port);
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
  return toOwner(Number(pid), name, (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0"));
}

async function readOnMac(port: number): Promise<PortOwner> {
  const options = { timeout: TIMEOUT_MS };
  const list = await promisify(execFile)("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fp"], options);
  const pid = /^p(\d+)$/m.exec(list.stdout)?.[1] ?? "";
  const told = await promisify(execFile)("ps", ["-o", "comm=,args=", "-p", pid], options);
  const [name = "", ...words] = told.stdout.trim().split(/\s+/);
  return toOwner(Number(pid), name.split("/").at(-1) ?? "", words);
}

function toOwner(pid: number, name: string, words: readonly string[]): PortOwner {
  const isBridge = words.some((word) => /[\\/]bridge[\\/]daemon\.js$/.test(word));
  return { pid, name: toTerminalText(name.trim(), 32), isBridge };
}
