// A real Chromium with the built, unmodified extension and a profile of its own; claude.ai is mapped to the stand-in.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BrowserContext, chromium, type Page } from "playwright";
import { EXTENSION_ID } from "../../shared/protocol.ts";
import type { StandIn } from "../stand-in/stand-in.ts";

export const EXTENSION_PATH = fileURLToPath(new URL("../../dist/extension", import.meta.url));

export type Badge = { text: string; title: string };

export type Browser = {
  context: BrowserContext;
  profile: string;
  /** A page of the extension: it answers also while the worker is stopped. */
  popup: Page;
  login: (name: string) => Promise<void>;
  logout: () => Promise<void>;
  /** The popup's Refresh button; resolves when the worker has done its round. */
  refresh: () => Promise<void>;
  readBadge: () => Promise<Badge>;
  close: () => Promise<void>;
};

export type BrowserOptions = {
  profile: string;
  extraArguments?: readonly string[];
  headless?: boolean;
  /** The folder to load, when it is another build than the one in dist. */
  extension?: string;
  environment?: Record<string, string>;
};

export function findChromium(): string {
  const candidates = [process.env["CHROME_PATH"], "/usr/bin/chromium", "/usr/bin/chromium-browser"];
  const found = candidates.find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new Error("no Chromium: set CHROME_PATH, or `apt-get install chromium`");
  return found;
}

/** Chromium with the extension and no page of it. */
export async function launchContext(standIn: StandIn, options: BrowserOptions): Promise<BrowserContext> {
  const { extension = EXTENSION_PATH, environment = {} } = options;
  return await chromium.launchPersistentContext(options.profile, {
    env: { ...process.env, ...environment },
    executablePath: findChromium(),
    headless: options.headless ?? true,
    // A real window keeps its own size.
    viewport: options.headless === false ? null : { width: 1280, height: 720 },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--disable-extensions-except=${extension}`,
      `--load-extension=${extension}`,
      ...standIn.chromiumArguments,
      ...(options.extraArguments ?? []),
    ],
  });
}

export async function launchBrowser(standIn: StandIn, options: BrowserOptions): Promise<Browser> {
  const { profile } = options;
  const context = await launchContext(standIn, options);
  if (context.serviceWorkers().length === 0) await context.waitForEvent("serviceworker");
  const popup = await context.newPage();
  if (options.headless !== false) await popup.setViewportSize({ width: 360, height: 600 });
  await popup.goto(`chrome-extension://${EXTENSION_ID}/extension/popup/popup.html`);
  // Painted once, so its listeners are there.
  await popup.locator("#link p").waitFor();
  const visit = async (path: string) => {
    const page = await context.newPage();
    await page.goto(`https://claude.ai${path}`);
    await page.close();
  };
  return {
    context,
    profile,
    popup,
    login: (name) => visit(`/login?as=${name}`),
    logout: () => visit("/logout"),
    refresh: async () => {
      await popup.getByRole("button", { name: "Refresh" }).click();
      await popup.getByRole("button", { name: "Refresh" }).and(popup.locator(":enabled")).waitFor();
    },
    readBadge: () =>
      popup.evaluate(async () => ({
        text: await chrome.action.getBadgeText({}),
        title: await chrome.action.getTitle({}),
      })),
    close: async () => {
      await context.close();
    },
  };
}
