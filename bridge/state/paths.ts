// Where the bridge keeps its state on each platform. Nobody else builds these paths.
import { homedir } from "node:os";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** CLAUDE_METER_HOME, else the platform's folder for state that survives a restart. */
export function toStateFolder(environment: Environment = process.env, platform: string = process.platform): string {
  const chosen = environment["CLAUDE_METER_HOME"];
  if (chosen) return chosen;
  if (platform === "win32") {
    return join(environment["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"), "claude-meter");
  }
  if (platform === "darwin") return join(homedir(), "Library", "Application Support", "claude-meter");
  return join(environment["XDG_STATE_HOME"] || join(homedir(), ".local", "state"), "claude-meter");
}

export function toStatusPath(folder: string): string {
  return join(folder, "status.json");
}

export function toLogPath(folder: string): string {
  return join(folder, "bridge.log");
}
