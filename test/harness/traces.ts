// What a computer shows of a program below one folder: files, processes, listeners. Linux only.
import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** One line each, so that two of them can be compared. */
export async function readTraces(folder: string): Promise<string[]> {
  const processes = await listProcesses(folder);
  const lines = processes.map(({ pid, command }) => `process ${pid} ${command}`);
  return [...(await listFiles(folder)), ...lines, ...(await listListeners(folder, processes))];
}

/** The lines that are in one of them only, as `diff` marks them. */
export function diffTraces(before: readonly string[], after: readonly string[]): string[] {
  const gone = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`);
  const come = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
  return [...gone, ...come];
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.map((entry) => {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1);
    return entry.isDirectory() ? `folder ${path}/` : `file ${path}`;
  });
}

type Process = { pid: string; command: string };

/** Those that were started with the folder in their environment or on their command line. */
async function listProcesses(folder: string): Promise<Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      // It may end while it is looked at, or be another user's.
      const read = (name: string) => readFile(join("/proc", pid, name), "utf8").catch(() => "");
      const [environment, command] = [await read("environ"), await read("cmdline")];
      const isBelow = environment.includes(folder) || command.includes(folder);
      return isBelow ? [{ pid, command: command.replaceAll("\0", " ").trim() }] : [];
    }),
  );
  return found.flat();
}

/** Other tests listen at the same time: a port counts when one of these processes holds it. */
async function listListeners(folder: string, processes: readonly Process[]): Promise<string[]> {
  const held = new Set((await Promise.all(processes.map(listSockets))).flat());
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8")));
  const tcp = tables.flatMap((table) => {
    const rows = table.trim().split("\n").slice(1);
    // The second field is address and port, the fourth the state (0A listens), the tenth the socket's inode.
    const fields = rows.map((row) => row.trim().split(/\s+/));
    const own = fields.filter((row) => row[3] === "0A" && held.has(`socket:[${row[9]}]`));
    return own.map(([, local = ""]) => `listener ${local}`);
  });
  const sockets = (await readFile("/proc/net/unix", "utf8")).split("\n").filter((line) => line.includes(folder));
  return [...tcp, ...sockets.map((line) => `listener ${line.slice(line.indexOf(folder))}`)];
}

async function listSockets({ pid }: Process): Promise<string[]> {
  const folder = join("/proc", pid, "fd");
  const names = await readdir(folder).catch(() => []);
  return await Promise.all(names.map((name) => readlink(join(folder, name)).catch(() => "")));
}
