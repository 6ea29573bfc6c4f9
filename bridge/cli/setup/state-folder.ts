// The state folder as a thing that `uninstall --purge` takes away: only with what is ours in it.
import { lstat, readdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { waitFor } from "../../state/bridge-process.ts";
import { CliError } from "../cli-error.ts";
import type { Removal } from "./installation.ts";
import { isPresent } from "./own-entry.ts";
import { removeEmptyFolders } from "./remove-empty-folders.ts";

/** Everything that any of our programs keeps there. */
const ownNames = [
  /^(status|keys|native-hosts|notify|notify-state|limits|proxy|sources|source-asks|com\.claude_meter\.bridge(\.firefox)?)\.json$/,
  /^((history|leases)\.sqlite|lock\.db)(-journal|-wal|-shm)?$/,
  /^(native-host|start-bridge)\.(sh|bat)$/,
  /^bridge\.(sock|log|log\.1)$/,
  /^(pipe-name|stopped|autostart\.xml|metrics-token|key-salt|doctor-probe)$/,
  /^(backup|handed-over|handovers|quarantine|runs)$/,
  /\.[0-9a-f]{12}\.tmp$/,
] as const;

/** Throws CliError, before anything is removed, when the folder holds what somebody else has put there. */
export function createStateFolderRemoval(folder: string): Removal {
  return {
    planRemoval: async () => {
      const found = await lstat(folder).catch(() => undefined);
      if (!found) return [];
      if (!found.isDirectory()) throw new CliError("unknown", `${folder} is a link or a file; nothing was changed.`);
      const foreign = (await readdir(folder)).filter((name) => !isOwn(name));
      if (foreign.length > 0) {
        const names = foreign.slice(0, 5).map((name) => JSON.stringify(name));
        throw new CliError(
          "unknown",
          `${folder} also contains files of other programs (${names.join(", ")}); nothing was changed.`,
        );
      }
      return [{ action: "remove", target: folder, text: "All readings, the history and the keys of paired browsers." }];
    },
    remove: async () => {
      // A bridge that has just stopped may still write its last line.
      const isGone = await waitFor(async () => {
        const names = await readdir(folder).catch(() => []);
        for (const name of names.filter(isOwn)) await rm(join(folder, name), { recursive: true, force: true });
        await removeEmptyFolders(folder, toBase(folder));
        return (await isPresent(folder)) ? undefined : true;
      });
      if (!isGone) throw new CliError("internal", `${folder} could not be emptied.`);
    },
  };
}

function isOwn(name: string): boolean {
  return ownNames.some((pattern) => pattern.test(name));
}

/** Of the usual place the folders above it may be from us as well; a chosen one stands where its user made room for it. */
function toBase(folder: string): string {
  const isUsual = basename(folder) === "claude-meter" && dirname(folder) === join(homedir(), ".local", "state");
  return isUsual ? homedir() : folder;
}
