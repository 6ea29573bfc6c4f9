// Claude Code's own logs as the tools that read them expect them: sessions of JSON lines with token counts, none of it real.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toIso } from "../../shared/time.ts";

const SESSIONS = 200;
const LINES = 500;
const MINUTE_MS = 60_000;

/** `times` x 200 sessions x 500 lines below `<folder>/projects`, ending a minute before `nowMs`. */
export async function writeClaudeLogs(folder: string, times: number, nowMs: number): Promise<number> {
  for (let session = 0; session < SESSIONS * times; session += 1) {
    const project = join(folder, "projects", `-work-project-${session % 20}`);
    await mkdir(project, { recursive: true });
    const id = `00000000-0000-4000-8000-${String(session).padStart(12, "0")}`;
    const startMs = nowMs - (1 + session * 30 + LINES) * MINUTE_MS;
    const lines = Array.from({ length: LINES }, (_, line) =>
      JSON.stringify(toLine(id, line, startMs + line * MINUTE_MS)),
    );
    await writeFile(join(project, `${id}.jsonl`), `${lines.join("\n")}\n`);
  }
  return SESSIONS * LINES * times;
}

function toLine(sessionId: string, line: number, atMs: number) {
  const shared = {
    sessionId,
    timestamp: toIso(atMs),
    cwd: "/work/project",
    version: "2.1.0",
    uuid: `${sessionId}-${line}`,
  };
  if (line % 2 === 0) return { ...shared, type: "user", message: { role: "user", content: `line ${line}` } };
  const usage = {
    input_tokens: 12,
    output_tokens: 345,
    cache_creation_input_tokens: 678,
    cache_read_input_tokens: 9_012,
  };
  const message = {
    id: `msg_${sessionId}_${line}`,
    role: "assistant",
    model: "claude-sonnet-4-5-20250929",
    content: [],
    usage,
  };
  return { ...shared, type: "assistant", requestId: `req_${sessionId}_${line}`, message };
}
