// What most stories need: a stand-in claude.ai, a bridge on a state folder of its own, and browsers; all gone afterwards.
import { createStandIn, type StandIn, type StandInOptions } from "../stand-in/stand-in.ts";
import { type BridgeProcess, createBridgeProcess } from "./bridge-process.ts";
import { type Browser, type BrowserOptions, launchBrowser } from "./browser.ts";
import { createFolder, removeFolder } from "./folder.ts";
import { runCli } from "./program.ts";

export type World = {
  standIn: StandIn;
  bridge: BridgeProcess;
  openBrowser: (options?: Partial<BrowserOptions>) => Promise<Browser>;
  close: () => Promise<void>;
};

/** The bridge is running when it resolves. */
export async function createWorld(options: StandInOptions = {}): Promise<World> {
  const standIn = await createStandIn(options);
  const home = await createFolder();
  const bridge = createBridgeProcess(home);
  await bridge.start();
  const { stdout } = await runCli(home, ["bridge", "status"]);
  if (stdout.includes("Another program")) {
    await removeFolder(home);
    await standIn.close();
    throw new Error(`${stdout}End that program first: perhaps a bridge, \`claude-meter bridge stop\`.`);
  }
  const browsers: Browser[] = [];
  const profiles: string[] = [];
  return {
    standIn,
    bridge,
    openBrowser: async (browserOptions = {}) => {
      const profile = browserOptions.profile ?? (await createFolder());
      profiles.push(profile);
      await bridge.setUp(profile);
      const browser = await launchBrowser(standIn, { ...browserOptions, profile });
      browsers.push(browser);
      return browser;
    },
    close: async () => {
      for (const browser of browsers) await browser.close();
      for (const profile of profiles) await removeFolder(profile);
      await bridge.stop();
      await removeFolder(home);
      await standIn.close();
    },
  };
}
