// Where Claude Code keeps a session's files, and the environment in which it finds them again.
import { join } from "node:path";
import { toHomeFolder } from "../../state/home-folder.ts";

export function toConfigFolder(configDir: string | null): string {
  const home = toHomeFolder();
  // A unit file or a .env hands the tilde on as it is.
  return configDir?.replace(/^~(?=[/\\]|$)/, home) ?? join(home, ".claude");
}

export function toEnvironment({ config_dir }: { config_dir: string | null }): NodeJS.ProcessEnv {
  const { CLAUDE_CONFIG_DIR: _, ...others } = process.env;
  return { ...others, ...(config_dir !== null && { CLAUDE_CONFIG_DIR: config_dir }) };
}
