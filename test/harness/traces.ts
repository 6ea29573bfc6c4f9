// What a computer shows of a program below one folder: files, processes, listeners. Linux only.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** One line each, so that two of them can be compared. */
export async function readTraces(folder: string): Promise<string[]> {
  return [...(await listFiles(folder)), ...(await listProcesses(folder)), ...(await listListeners(folder))];
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

/** Those that were started with the folder in their environment or on their command line. */
async function listProcesses(folder: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const lines = await Promise.all(
    pids.map(async (pid) => {
      // It may end while it is looked at, or be another user's.
      const read = (name: string) => readFile(join("/proc", pid, name), "utf8").catch(() => "");
      const [environment, command] = [await read("environ"), await read("cmdline")];
      const isBelow = environment.includes(folder) || command.includes(folder);
      return isBelow ? [`process ${pid} ${command.replaceAll("\0", " ").trim()}`] : [];
    }),
  );
  return lines.flat();
}

async function listListeners(folder: string): Promise<string[]> {
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8")));
  const tcp = tables.flatMap((table) => {
    const rows = table.trim().split("\n").slice(1);
    // The second field is address and port, the fourth the state: 0A listens.
    const fields = rows.map((row) => row.trim().split(/\s+/));
    return fields.filter(([, , , state]) => state === "0A").map(([, local = ""]) => `listener ${local}`);
  });
  const sockets = (await readFile("/proc/net/unix", "utf8")).split("\n").filter((line) => line.includes(folder));
  return [...tcp, ...sockets.map((line) => `listener ${line.slice(line.indexOf(folder))}`)];
}
