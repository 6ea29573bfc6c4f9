// What most stories need: a stand-in claude.ai, a bridge on a state folder of its own, and browsers; all gone afterwards.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStandIn, type StandIn, type StandInOptions } from "../stand-in/stand-in.ts";
import { type BridgeProcess, createBridgeProcess } from "./bridge-process.ts";
import { type Browser, type BrowserOptions, launchBrowser } from "./browser.ts";
import { runCli } from "./run-cli.ts";

export type World = {
  standIn: StandIn;
  bridge: BridgeProcess;
  openBrowser: (options?: Partial<BrowserOptions>) => Promise<Browser>;
  close: () => Promise<void>;
};

/** The bridge is running when it resolves. */
export async function createWorld(options: StandInOptions = {}): Promise<World> {
  const standIn = await createStandIn(options);
  const bridge = await createBridgeProcess();
  await bridge.start();
  const { stdout } = await runCli(bridge.home, ["bridge", "status"]);
  if (stdout.includes("Another program")) {
    await bridge.remove();
    await standIn.close();
    throw new Error(`${stdout}End that program first: perhaps a bridge, \`claude-meter bridge stop\`.`);
  }
  const browsers: Browser[] = [];
  const profiles: string[] = [];
  return {
    standIn,
    bridge,
    openBrowser: async (browserOptions = {}) => {
      const profile = browserOptions.profile ?? (await mkdtemp(join(tmpdir(), "claude-meter-profile-")));
      profiles.push(profile);
      await bridge.setUp(profile);
      const browser = await launchBrowser(standIn, { ...browserOptions, profile });
      browsers.push(browser);
      return browser;
    },
    close: async () => {
      for (const browser of browsers) await browser.close();
      for (const profile of profiles) await rm(profile, { recursive: true, force: true });
      await bridge.remove();
      await standIn.close();
    },
  };
}
