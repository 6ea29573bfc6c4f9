// Where the bridge keeps its state on each platform. Nobody else builds these paths.
import { join, sep } from "node:path";
import { toHomeFolder } from "./home-folder.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** CLAUDE_METER_HOME, else the platform's folder for state that survives a restart. */
export function toStateFolder(environment: Environment = process.env, platform: string = process.platform): string {
  const chosen = environment["CLAUDE_METER_HOME"];
  if (chosen) return chosen;
  if (platform === "win32") {
    return join(environment["LOCALAPPDATA"] ?? join(toHomeFolder(), "AppData", "Local"), "claude-meter");
  }
  if (platform === "darwin") return join(toHomeFolder(), "Library", "Application Support", "claude-meter");
  return join(environment["XDG_STATE_HOME"] || join(toHomeFolder(), ".local", "state"), "claude-meter");
}

export function toStatusPath(folder: string): string {
  // Every call of the CLI makes this path, and the first use of join alone costs it a three-hundredth.
  return `${folder}${sep}status.json`;
}

export function toLogPath(folder: string): string {
  return join(folder, "bridge.log");
}
