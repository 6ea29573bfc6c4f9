// `npm run screenshots`: the pictures of the docs, taken of the real thing in real Chromium. The toolbar with the badge
// needs a screen: without DISPLAY (Xvfb will do) and ImageMagick's `import` that one picture is left as it is.
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import type { Page } from "playwright";
import { BRIDGE_PORT, EXTENSION_ID } from "../shared/protocol.ts";
import type { Browser } from "../test/harness/browser.ts";
import { pairBrowser } from "../test/harness/paired-browser.ts";
import { playPast } from "../test/harness/play-past.ts";
import { runCli } from "../test/harness/program.ts";
import { createWorld, type World } from "../test/harness/world.ts";
import { createAccounts } from "../test/stand-in/accounts.ts";

const folder = fileURLToPath(new URL("../docs/images", import.meta.url));

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const styles: Record<string, string> = {
  "1": "font-weight:600",
  "2": "opacity:.65",
  "31": "color:#ef7f7a",
  "32": "color:#7cc47f",
  "33": "color:#e5b567",
};

const ESCAPE = String.fromCharCode(27);
const PAINTED = new RegExp(`${ESCAPE}\\[(\\d+)m(.*?)${ESCAPE}\\[\\d+m`, "g");

/** The few colours our table uses, as HTML. */
function toHtml(text: string): string {
  const escaped = text.replace(/[&<>]/g, (character) => escapes[character] ?? "");
  const painted = escaped.replace(PAINTED, (_match, code: string, inner: string) => {
    return `<span style="${styles[code] ?? ""}">${inner}</span>`;
  });
  const body = `<span style="opacity:.65">$</span> claude-meter\n${painted}`;
  return `<body style="margin:0;background:#1f1e1d"><pre id="t" style="display:inline-block;margin:0;padding:16px 20px;
    color:#f2f0ea;font:14px/1.45 'DejaVu Sans Mono',monospace">${body}</pre></body>`;
}

async function shootTerminal(world: World, browser: Browser): Promise<void> {
  // Colours are for terminals only, so the table is asked for in one.
  const command = [process.execPath, fileURLToPath(new URL("../dist/bridge/cli.js", import.meta.url))].join(" ");
  const table = execFileSync("script", ["-qec", `stty cols 96; ${command}`, "/dev/null"], {
    env: { ...process.env, CLAUDE_METER_HOME: world.bridge.home, TERM: "xterm-256color" },
    encoding: "utf8",
  });
  if (stripVTControlCharacters(table) === table) throw new Error("the table has no colours");
  const page = await browser.context.newPage();
  await page.setContent(toHtml(table.replaceAll("\r", "")));
  await page.locator("#t").screenshot({ path: join(folder, "terminal.png") });
  await page.close();
}

async function shootPopup(browser: Browser, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await browser.popup.emulateMedia({ colorScheme });
    const { height = 400 } = (await browser.popup.locator("body").boundingBox()) ?? {};
    await browser.popup.setViewportSize({ width: 360, height: Math.ceil(height) });
    await browser.popup.screenshot({ path: join(folder, `popup-${name}-${colorScheme}.png`) });
  }
}

/** The accounts' own past, which has led to what they show today. */
async function reportPast(world: World, names: readonly string[], days: number): Promise<void> {
  const browser = await pairBrowser({ home: world.bridge.home, port: BRIDGE_PORT });
  const accounts = world.standIn.accounts.filter(({ name }) => names.includes(name));
  const untilMs = Date.now();
  const past = { sinceMs: untilMs - days * DAY_MS, untilMs, stepMs: 5 * 60_000, random: createRandom() };
  await browser.report(playPast(accounts, past));
}

const DAY_MS = 86_400_000;
/** How far back the accounts of the pictures begin. */
const DAYS = 9;

/** The same pictures at each run, as far as the clock allows. */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

async function openPage(browser: Browser, name: "charts" | "options", width: number): Promise<Page> {
  const page = await browser.context.newPage();
  await page.setViewportSize({ width, height: 400 });
  await page.goto(`chrome-extension://${EXTENSION_ID}/extension/${name}/${name}.html`);
  return page;
}

async function shootPage(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage: true });
  }
}

async function shootCharts(browser: Browser, name: string, span: "Day" | "Week" = "Week"): Promise<void> {
  const page = await openPage(browser, "charts", 900);
  await page.getByRole("button", { name: span, exact: true }).click();
  await page.locator('#accounts[aria-busy="false"]').waitFor({ state: "attached" });
  await shootPage(page, `charts-${name}`);
  await page.close();
}

/** A palette is enough for pages of a few colours, and a third of the bytes. */
async function shrinkPictures(): Promise<void> {
  const files = (await readdir(folder)).filter((file) => /^(charts|options|popup)-/.test(file));
  for (const file of files) {
    const path = join(folder, file);
    execFileSync("convert", [path, "-strip", "+dither", "-colors", "128", `PNG8:${path}`]);
  }
}

async function shootToolbar(world: World): Promise<void> {
  if (!process.env["DISPLAY"]) {
    console.log("No DISPLAY: the picture of the toolbar is left as it is.");
    return;
  }
  const profile = await mkdtemp(join(tmpdir(), "claude-meter-profile-"));
  await mkdir(join(profile, "Default"), { recursive: true });
  const preferences = { extensions: { pinned_extensions: [EXTENSION_ID], ui: { developer_mode: true } } };
  await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(preferences));
  const browser = await world.openBrowser({
    profile,
    headless: false,
    extraArguments: ["--window-size=1000,600", "--window-position=0,0"],
  });
  await browser.login("alice");
  await browser.refresh();
  await browser.popup.goto("https://claude.ai/settings/usage");
  await browser.popup.bringToFront();
  execFileSync("import", ["-window", "root", "-crop", "440x110+560+0", "+repage", join(folder, "toolbar.png")]);
}

await mkdir(folder, { recursive: true });
const world = await createWorld({ accounts: Object.values(createAccounts(Date.now() - DAYS * DAY_MS)) });
try {
  const browser = await world.openBrowser();
  await browser.popup.locator('[data-link="connected"]').waitFor();
  await shootPopup(browser, "signed-out");
  await shootCharts(browser, "no-history");
  await reportPast(world, ["alice"], DAYS);
  await browser.login("alice");
  await browser.refresh();
  await shootPopup(browser, "one-account");
  await shootCharts(browser, "one-account");
  await shootCharts(browser, "day", "Day");
  await shootTerminal(world, browser);
  const options = await openPage(browser, "options", 680);
  await options.locator("#install").filter({ hasText: /\w/ }).waitFor();
  await shootPage(options, "options");
  await options.close();
  for (const kind of ["challenge", "rate-limited", "server-error"] as const) {
    world.standIn.fail({ kind });
    await browser.refresh();
    await shootPopup(browser, kind);
    world.standIn.heal();
    await browser.popup.evaluate(() => chrome.storage.local.clear());
    await browser.refresh();
  }
  await reportPast(world, ["bob"], DAYS);
  await browser.login("bob");
  await browser.refresh();
  await shootPopup(browser, "three-rows");
  await shootCharts(browser, "three-rows");
  await world.bridge.stop();
  await browser.refresh();
  await shootPopup(browser, "bridge-down");
  await shootCharts(browser, "bridge-down");
  await world.bridge.start();
  await shootToolbar(world);
  await shrinkPictures();
  console.log((await runCli(world.bridge.home, ["--no-color"])).stdout);
} finally {
  await world.close();
}
