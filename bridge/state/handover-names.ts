// What a handover's file and its session's note are called. Without a schema library, because each hook asks.
import { sep } from "node:path";

/** As Claude Code names its sessions. A file is found by it, so it may hold nothing that leads elsewhere. */
export const SESSION_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isSessionId(value: unknown): value is string {
  return typeof value === "string" && SESSION_ID.test(value);
}

export function toHandoversFolder(stateFolder: string): string {
  return `${stateFolder}${sep}handovers`;
}

export function toHandoverPath(stateFolder: string, sessionId: string): string {
  return `${toHandoversFolder(stateFolder)}${sep}${sessionId}.json`;
}

/** In the session's folder, where the agent may write. */
export function toNoteName(sessionId: string): string {
  return `.claude-handover-${sessionId.slice(0, 8)}.md`;
}
