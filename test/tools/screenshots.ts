// `npm run screenshots`: the pictures of the docs, taken of the real thing in real Chromium. The toolbar with the badge
// needs a screen: without DISPLAY (Xvfb will do) and ImageMagick's `import` that one picture is left as it is.
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { EXTENSION_ID } from "../../shared/protocol.ts";
import type { Browser } from "../harness/browser.ts";
import { runCli } from "../harness/run-cli.ts";
import { createWorld, type World } from "../harness/world.ts";

const folder = fileURLToPath(new URL("../../docs/images", import.meta.url));

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
  const command = [process.execPath, fileURLToPath(new URL("../../dist/bridge/cli.js", import.meta.url))].join(" ");
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

async function shootOptions(browser: Browser): Promise<void> {
  const page = await browser.context.newPage();
  await page.goto(`chrome-extension://${EXTENSION_ID}/extension/options/options.html`);
  await page.locator("#install").filter({ hasText: /\w/ }).waitFor();
  await page.setViewportSize({ width: 680, height: 800 });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(folder, `options-${colorScheme}.png`), fullPage: true });
  }
  await page.close();
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
const world = await createWorld();
try {
  const browser = await world.openBrowser();
  await shootPopup(browser, "signed-out");
  await browser.login("bob");
  await browser.refresh();
  await shootPopup(browser, "two-organisations");
  await browser.login("alice");
  await browser.popup.evaluate(() => chrome.storage.local.clear());
  await browser.refresh();
  await shootPopup(browser, "one-account");
  await shootOptions(browser);
  await shootTerminal(world, browser);
  for (const kind of ["challenge", "rate-limited", "server-error"] as const) {
    world.standIn.fail({ kind });
    await browser.refresh();
    await shootPopup(browser, kind);
    world.standIn.heal();
    await browser.popup.evaluate(() => chrome.storage.local.clear());
    await browser.refresh();
  }
  await world.bridge.stop();
  await browser.refresh();
  await shootPopup(browser, "bridge-down");
  await world.bridge.start();
  await shootToolbar(world);
  console.log((await runCli(world.bridge.home, ["--no-color"])).stdout);
} finally {
  await world.close();
}
