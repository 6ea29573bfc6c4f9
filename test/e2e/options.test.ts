// The options page in a real Chromium: what is chosen there shows at once in badge and popup, and stays.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { EXTENSION_ID } from "../../shared/protocol.ts";
import type { Browser } from "../harness/browser.ts";
import { createGrantedProfile } from "../harness/granted-profile.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createWorld, type World } from "../harness/world.ts";

let world: World;
let browser: Browser;
let options: Page;

beforeEach(async () => {
  world = await createWorld();
});

afterEach(async () => {
  await world.close();
});

async function open(names: readonly string[], profile?: string): Promise<void> {
  browser = await world.openBrowser(profile === undefined ? {} : { profile });
  for (const name of names) {
    await browser.login(name);
    await browser.refresh();
  }
  options = await browser.context.newPage();
  await options.goto(`chrome-extension://${EXTENSION_ID}/extension/options/options.html`);
  // Painted and listening.
  await options.locator("#install").filter({ hasText: /\w/ }).waitFor();
}

async function fill(label: string, text: string): Promise<void> {
  await options.getByLabel(label, { exact: true }).fill(text);
  await options.keyboard.press("Tab");
}

async function readLevels(): Promise<Record<string, string | undefined>> {
  return await browser.popup.evaluate(() => {
    const windows = [...document.querySelectorAll<HTMLElement>(".window[data-window]")];
    return Object.fromEntries(windows.map(({ dataset }) => [dataset["window"] ?? "", dataset["level"]]));
  });
}

async function readColour(): Promise<string> {
  const [red = 0, green = 0, blue = 0] = await browser.popup.evaluate(() => chrome.action.getBadgeBackgroundColor({}));
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

test("thresholds colour badge and popup at once, and are there after a reload", async () => {
  await open(["alice"]);
  expect(await readLevels()).toMatchObject({ five_hour: "normal", seven_day: "normal" });
  expect(await readColour()).toBe("#2e7d32");

  await fill("Warning at", "40");
  await expect.poll(readColour).toBe("#b26a00");
  await expect.poll(readLevels).toMatchObject({ five_hour: "warning", seven_day: "warning" });
  expect(await options.locator("#saved").innerText()).toBe("Saved");
  await fill("Critical at", "60");
  await expect.poll(readColour).toBe("#c62828");
  await expect.poll(readLevels).toMatchObject({ five_hour: "warning", seven_day: "critical" });

  await options.reload();
  await expect.poll(() => options.getByLabel("Critical at").inputValue()).toBe("60");
  await browser.refresh();
  expect(await readColour()).toBe("#c62828");
});

test("what can not be meant is said beside its field and not saved", async () => {
  await open(["alice"]);
  await fill("Critical at", "70");
  const critical = options.getByLabel("Critical at");
  expect(await options.locator("#critical-error").innerText()).toBe("Enter more than the warning threshold.");
  expect(await critical.getAttribute("aria-invalid")).toBe("true");
  expect(await options.locator("#saved").innerText()).toBe("Not saved");
  await fill("Label", "work, home");
  expect(await options.locator("#label-error").innerText()).toContain("at most 24 letters");
  expect(await seriousIssues()).toEqual([]);
  await options.reload();
  await expect.poll(() => critical.inputValue()).toBe("95");
  expect(await options.getByLabel("Label", { exact: true }).inputValue()).toBe("");
});

test("the badge shows the chosen account and limit, and says so when they are gone", async () => {
  await open(["bob", "alice"]);
  expect((await browser.readBadge()).text).toBe("71%");
  const account = options.getByLabel("Account");
  const limit = options.getByLabel("Limit", { exact: true });
  await account.selectOption({ label: "bob@example.com" });
  await expect.poll(async () => (await browser.readBadge()).text).toBe("35%");
  await limit.selectOption({ label: "5-hour" });
  await expect.poll(async () => (await browser.readBadge()).text).toBe("18%");
  await account.selectOption({ label: "alice@example.com" });
  await limit.selectOption({ label: "Weekly, Fable" });
  await expect.poll(async () => (await browser.readBadge()).title).toContain("Weekly, Fable: 78 %");

  const organisation = world.standIn.accounts.find(({ name }) => name === "alice")?.organisations.at(-1);
  if (!organisation) throw new Error("alice has an organisation");
  organisation.usage.scoped = [];
  await browser.refresh();
  const { text, title } = await browser.readBadge();
  expect(text).toBe("?");
  expect(title).toContain("The limit chosen for the badge is not available");
  expect(await limit.locator("option:checked").innerText()).toBe("Chosen earlier, not available now");
});

test("the theme turns every open page at once", async () => {
  await open(["alice"]);
  const readGrounds = async () => {
    const read = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    return [await read(options), await read(browser.popup)];
  };
  const [light, dark] = ["rgb(255, 255, 255)", "rgb(31, 30, 29)"];
  await options.getByLabel("Dark").check();
  await expect.poll(readGrounds).toEqual([dark, dark]);
  for (const page of [options, browser.popup]) await page.emulateMedia({ colorScheme: "dark" });
  await options.getByLabel("Light").check();
  await expect.poll(readGrounds).toEqual([light, light]);
  await options.getByLabel("System").check();
  await expect.poll(readGrounds).toEqual([dark, dark]);
});

test("a label reaches the terminal behind the browser's name, and goes again", async () => {
  await open(["alice"]);
  const readBrowser = async () => (await world.bridge.readRows())[0]?.browser;
  expect(await readBrowser()).toBe("Chromium");
  await fill("Label", "work");
  await browser.refresh();
  expect(await readBrowser()).toBe("Chromium (work)");
  await fill("Label", "");
  await browser.refresh();
  expect(await readBrowser()).toBe("Chromium");
});

test("notifications come with the permission, go with it without harm, and come again", async () => {
  await open(["alice"], await createGrantedProfile());
  const notify = options.getByLabel("Notify me");
  expect(await options.evaluate(() => typeof chrome.notifications)).toBe("undefined");
  expect(await options.locator("#notices-state").innerText()).toBe(
    "The browser asks for permission when you switch this on.",
  );
  await notify.click();
  await expect.poll(() => notify.isChecked()).toBe(true);
  await options.getByRole("button", { name: "Send a test notification" }).click();
  await expect.poll(() => options.evaluate(() => chrome.notifications.getAll())).toMatchObject({ test: true });

  await options.evaluate(() => chrome.permissions.remove({ permissions: ["notifications"] }));
  await expect.poll(() => options.locator("#notices-state").innerText()).toContain("revoked");
  expect([await notify.isChecked(), await options.locator("#notices-test").isDisabled()]).toEqual([false, true]);
  await browser.refresh();
  expect((await browser.readBadge()).text).toBe("63%");

  await notify.click();
  await expect.poll(() => options.locator("#notices-state").innerText()).toBe("Permission granted.");
  expect(await notify.isChecked()).toBe(true);
});

const resultSchema = z.looseObject({
  violations: z.array(
    z.looseObject({
      id: z.string(),
      impact: z.nullish(z.string()),
      nodes: z.array(z.looseObject({ html: z.string() })),
    }),
  ),
});

async function seriousIssues(): Promise<string[]> {
  const axe = await readFile(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
  // As an expression of the debugger: the page's own policy lets no foreign script in.
  const found = resultSchema.parse(await options.evaluate(`${axe}; axe.run()`));
  const serious = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

describe("for everyone", () => {
  test("axe finds nothing serious, light and dark, wide and narrow, and nothing is cut at 360 px", async () => {
    await open(["bob", "alice"], await createGrantedProfile());
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of [900, 360]) {
        await options.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await options.setViewportSize({ width, height: 800 });
        expect([colorScheme, width, await seriousIssues()]).toEqual([colorScheme, width, []]);
        const [wanted, there] = await options.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return [scrollWidth, clientWidth];
        });
        expect(wanted).toBe(there);
      }
    }
  });

  test("every control is reached by Tab, in the order of the page", async () => {
    await open(["alice"], await createGrantedProfile());
    await options.getByLabel("Notify me").click();
    await options.locator("#notices-test:enabled").waitFor();
    await options.locator("h1").click();
    const wanted = await options.evaluate(() => {
      const controls = [...document.querySelectorAll<HTMLInputElement>("main :is(input, select, button)")];
      const isOne = ({ type, checked }: HTMLInputElement) => type !== "radio" || checked;
      return controls.filter((each) => each.checkVisibility() && isOne(each)).map(({ id }) => id);
    });
    const reached: string[] = [];
    await waitFor(
      async () => {
        await options.keyboard.press("Tab");
        const id = await options.evaluate(() => document.activeElement?.id ?? "");
        if (id !== reached.at(-1)) reached.push(id);
        return id;
      },
      (id) => id === wanted.at(-1),
    );
    expect(reached).toEqual(wanted);
  });
});
