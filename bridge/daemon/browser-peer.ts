// Which browser is at the other end of a loopback connection, where the system tells: Arc and Vivaldi report as Chrome.
import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";
import { toBrowserOfProgram } from "../state/browser-program.ts";
import { findProcessOfSocket } from "../state/process-of-socket.ts";

const run = promisify(execFile);
const TIMEOUT_MS = 1_000;

/** Undefined where the system does not tell, or not in time. `port` is the browser's end of the connection. */
export async function findBrowser(port: number): Promise<string | undefined> {
  try {
    if (process.platform === "linux") return await findOnLinux(port);
    if (process.platform === "darwin") return await findOnMac(port);
  } catch {
    // The connection or the process has gone, or belongs to another user: the extension's own word stands.
  }
  return undefined;
}

async function findOnLinux(port: number): Promise<string | undefined> {
  const inode = toInode(await readFile("/proc/net/tcp", "utf8"), port);
  if (inode === undefined) return undefined;
  const pid = await findProcessOfSocket(inode);
  return pid === undefined ? undefined : toBrowserOfProgram(await readlink(`/proc/${pid}/exe`));
}

/** The inode of the socket whose local end is 127.0.0.1:port; columns of proc(5), /proc/net/tcp. */
function toInode(table: string, port: number): string | undefined {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const columns = table.split("\n").map((line) => line.trim().split(/\s+/));
  return columns.find((line) => line[1] === local)?.[9];
}

async function findOnMac(port: number): Promise<string | undefined> {
  const options = { timeout: TIMEOUT_MS };
  const list = await run("lsof", ["-nP", `-iTCP@127.0.0.1:${port}`, "-sTCP:ESTABLISHED", "-Fp"], options);
  const pids = [...list.stdout.matchAll(/^p(\d+)$/gm)].flatMap((match) => match[1] ?? []);
  const pid = pids.find((each) => each !== String(process.pid));
  if (pid === undefined) return undefined;
  return toBrowserOfProgram((await run("ps", ["-o", "comm=", "-p", pid], options)).stdout.trim());
}
