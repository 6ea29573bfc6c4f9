// A running process under strace, for a while: https://man7.org/linux/man-pages/man1/strace.1.html
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { waitFor } from "../harness/wait-for.ts";

/** Follows all threads and writes what it sees to `log`; it is attached when this resolves, and the result detaches it. */
export async function attachStrace(pid: number, log: string, more: readonly string[]): Promise<() => Promise<void>> {
  const tracer = spawn("strace", ["-f", "-o", log, ...more, "-p", String(pid)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(tracer, "exit");
  let said = "";
  tracer.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await waitFor(
    () => said,
    (words) => words.includes("attached"),
  );
  return async () => {
    tracer.kill("SIGINT");
    await ended;
  };
}

/** Neither other systems nor every container has or allows it. */
export async function canTrace(): Promise<boolean> {
  return await promisify(execFile)("strace", ["-f", "-o", "/dev/null", "true"]).then(
    () => true,
    () => false,
  );
}
