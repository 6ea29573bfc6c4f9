// Where Claude Code keeps a session's files.
import { join } from "node:path";
import { toHomeFolder } from "../../state/home-folder.ts";

export function toConfigFolder(configDir: string | null): string {
  return configDir ?? join(toHomeFolder(), ".claude");
}
