// Programs that a test needs and that are not ours: where one is missing its tests are not run, which is said; CI fails.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import packages from "../../scripts/tools.json" with { type: "json" };

export type Tool = keyof typeof packages;

/** For `test.runIf` and `describe.runIf`. Only for Debian is it promised that all of them can be had. */
export function requireTool(tool: Tool): boolean {
  if (isOnPath(tool)) return true;
  const words = `${tool} is missing (apt-get install ${packages[tool]})`;
  if (process.env["CI"] === "true" && process.platform === "linux") throw new Error(words);
  console.log(`not run: ${words}`);
  return false;
}

function isOnPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
