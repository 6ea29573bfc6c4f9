// The environment that Claude Code's own settings give it, which counts more than the one it is started with.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../../../shared/json.ts";
import { toHomeFolder } from "../../state/home-folder.ts";
import type { Environment } from "./proxy-environment.ts";

const settingsSchema = z.looseObject({ env: z.catch(z.record(z.string(), z.string()), {}) });

/** Of the user, and of the folder that the client is started in. */
export function readSettingsEnvironment(project: string): Environment {
  const own = process.env["CLAUDE_CONFIG_DIR"] || join(toHomeFolder(), ".claude");
  const paths = [own, join(project, ".claude")].flatMap((each) => [
    join(each, "settings.json"),
    join(each, "settings.local.json"),
  ]);
  return Object.fromEntries(paths.flatMap((path) => Object.entries(readEnvironment(path))));
}

function readEnvironment(path: string): Environment {
  try {
    return settingsSchema.parse(parseJson(readFileSync(path, "utf8"))).env;
  } catch {
    // Missing, or none that Claude Code could read either.
    return {};
  }
}
