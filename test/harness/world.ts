// What most stories need: a stand-in claude.ai, a bridge on a state folder of its own, and browsers; all gone afterwards.
import { type BridgeProcess, createBridgeProcess } from "./bridge-process.ts";
import { type Browser, type BrowserOptions, launchBrowser } from "./browser.ts";
import { createStandIn, type StandIn, type StandInOptions } from "../stand-in/stand-in.ts";

export type World = {
  standIn: StandIn;
  bridge: BridgeProcess;
  openBrowser: (options?: BrowserOptions) => Promise<Browser>;
  close: () => Promise<void>;
};

/** The bridge is running when it resolves. */
export async function createWorld(options: StandInOptions = {}): Promise<World> {
  const standIn = await createStandIn(options);
  const bridge = await createBridgeProcess();
  await bridge.start();
  const browsers: Browser[] = [];
  return {
    standIn,
    bridge,
    openBrowser: async (browserOptions) => {
      const browser = await launchBrowser(standIn, browserOptions);
      browsers.push(browser);
      return browser;
    },
    close: async () => {
      for (const browser of browsers) await browser.close();
      await bridge.remove();
      await standIn.close();
    },
  };
}
