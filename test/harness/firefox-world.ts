// What the stories in Firefox need: the world of the others, and homes in which `setup` has found a Firefox.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Firefox, type FirefoxOptions, launchFirefox } from "./firefox.ts";
import { createFolder, removeFolder } from "./folder.ts";
import { runCli } from "./program.ts";
import { createWorld, type World } from "./world.ts";

export type FirefoxWorld = World & {
  /** A user's home; with a native host unless told otherwise. */
  createHome: (options?: { hasHost: boolean }) => Promise<string>;
  openFirefox: (options?: Partial<FirefoxOptions>) => Promise<Firefox>;
};

export async function createFirefoxWorld(): Promise<FirefoxWorld> {
  const world = await createWorld();
  const folders: string[] = [];
  const opened: Firefox[] = [];
  const createHome: FirefoxWorld["createHome"] = async ({ hasHost } = { hasHost: true }) => {
    const home = await createFolder();
    folders.push(home);
    await mkdir(join(home, ".mozilla", "firefox"), { recursive: true });
    if (!hasHost) return home;
    const done = await runCli(world.bridge.home, ["setup", "--yes", "--no-autostart"], { environment: { HOME: home } });
    if (done.code !== 0) throw new Error(`setup: ${done.stdout}${done.stderr}`);
    return home;
  };
  return {
    ...world,
    createHome,
    openFirefox: async (options = {}) => {
      const home = options.home ?? (await createHome());
      const firefox = await launchFirefox(world.standIn, { profile: join(home, "profile"), ...options, home });
      opened.push(firefox);
      return firefox;
    },
    close: async () => {
      for (const firefox of opened) await firefox.close();
      await world.close();
      for (const folder of folders) await removeFolder(folder);
    },
  };
}
