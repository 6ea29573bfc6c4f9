// Where a session stands that a limit stopped: its record, and what its client did since without saying so. Reads only.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../../../shared/json.ts";
import { parseIsoMs } from "../../../shared/time.ts";
import type { Handover } from "../../state/handover-record.ts";
import { readProcessState } from "../../state/process-state.ts";
import { isAutomaticContinuation } from "../hook/automatic-continuation.ts";
import { readTail } from "../read-tail.ts";
import { toConfigFolder } from "./config-folder.ts";

/** open: a client still shows it, and goes on by itself or is asked there. */
export type Standing = Handover["state"] | "open";

export function readStanding(handover: Handover): Standing {
  if (handover.state !== "pending") return handover.state;
  const tail = readTail(handover.transcript_path);
  if (tail && hasGoneOn(tail.text, Date.parse(handover.cut_at))) return "continued";
  return isOpen(handover) ? "open" : "pending";
}

const rowSchema = z.looseObject({
  type: z.enum(["assistant", "user"]),
  timestamp: z.string(),
  isApiErrorMessage: z.optional(z.unknown()),
  message: z.looseObject({ model: z.optional(z.unknown()), content: z.optional(z.unknown()) }),
});

/** Whether a model answered after the limit, or the client asked it to. A command such as /exit is neither. Pure. */
export function hasGoneOn(transcriptTail: string, cutMs: number): boolean {
  return transcriptTail.split("\n").some((line) => {
    const row = parseRow(line);
    if (!row || (parseIsoMs(row.timestamp) ?? 0) <= cutMs) return false;
    if (row.type === "user") return isAutomaticContinuation({ prompt: row.message.content });
    return row.isApiErrorMessage !== true && row.message.model !== "<synthetic>";
  });
}

function parseRow(line: string): z.infer<typeof rowSchema> | undefined {
  try {
    return rowSchema.parse(parseJson(line));
  } catch {
    // Half a line, or a row of another kind.
    return undefined;
  }
}

/** Claude Code keeps a file per open client, named after its process. */
function toClientsFolder({ config_dir }: Handover): string {
  return join(toConfigFolder(config_dir), "sessions");
}

/** False for an older client: whether the session is open can then only be told by what it does. */
export function showsClients(handover: Handover): boolean {
  return existsSync(toClientsFolder(handover));
}

function isOpen(handover: Handover): boolean {
  if (!showsClients(handover)) return false;
  const folder = toClientsFolder(handover);
  return readdirSync(folder).some((name) => {
    const pid = /^(\d{1,10})\.json$/.exec(name)?.[1];
    if (pid === undefined || readSessionId(join(folder, name)) !== handover.session_id) return false;
    return readProcessState(Number(pid)) !== "gone";
  });
}

function readSessionId(path: string): unknown {
  try {
    const client: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof client === "object" && client !== null && "sessionId" in client ? client.sessionId : undefined;
  } catch {
    // It has just ended.
    return undefined;
  }
}
