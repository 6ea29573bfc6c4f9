// Text from claude.ai is text in the popup, whatever it spells: no node, no script, no dialog comes of it, and none of
// its characters can turn or hide another.
import type { Page } from "playwright";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { toDisplayText } from "../../shared/display-text.ts";
import type { Browser } from "../harness/browser.ts";
import { printTable } from "../harness/print-table.ts";
import { createWorld, type World } from "../harness/world.ts";
import { deceptive, markup } from "./attackers/payloads.ts";

let world: World;
let browser: Browser;
const printed: Record<string, string | number>[] = [];

beforeEach(async () => {
  world = await createWorld();
  browser = await world.openBrowser();
  await browser.login("alice");
});

afterEach(async () => {
  await world.close();
});

afterAll(() => {
  printTable("the popup and text from outside", printed);
});

/** Puts the text wherever a text of claude.ai's can stand. */
function plant(text: string): void {
  const account = world.standIn.accounts.find((each) => each.name === "alice");
  const organisation = account?.organisations.at(-1);
  if (!account || !organisation) throw new Error("alice has an organisation");
  account.email = text;
  organisation.name = `${text} org`;
  const resets_at = new Date(Date.now() + 3_600_000).toISOString();
  const row = { percent: 7, severity: text, resets_at, is_active: false };
  organisation.usageBody = {
    five_hour: { utilization: 17, resets_at },
    limits: [
      { ...row, kind: "weekly_scoped", scope: { model: { id: text, display_name: `model ${text}` } } },
      { ...row, kind: `kind ${text}`, scope: null },
      { ...row, kind: "surface_limit", scope: { surface: { id: null, display_name: `surface ${text}` } } },
      { ...row, kind: `broken ${text}`, percent: text, resets_at: text },
      { kind: { [text]: text } },
    ],
    [`key ${text}`]: { utilization: 3, resets_at, limit_dollars: text },
    spend: { enabled: true, used: null, limit: null, disabled_reason: text, currency: text },
  };
  world.standIn.heal();
  world.standIn.fail({ kind: "error-200", path: /overage_spend_limit/, message: text });
}

/** Every element of the popup with the names of its attributes. */
async function readTree(popup: Page): Promise<string[]> {
  return await popup.evaluate(() =>
    [...document.querySelectorAll("*")].map((element) => [element.tagName, ...element.getAttributeNames()].join(" ")),
  );
}

async function readTexts(popup: Page): Promise<string[]> {
  return await popup.locator("h2, .who, .name, .problems li").allInnerTexts();
}

test("forty texts that would act are shown as they are spelled, and add nothing", async () => {
  const { popup, context } = browser;
  const happened: string[] = [];
  popup.on("dialog", (dialog) => {
    happened.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  popup.on("pageerror", (error) => happened.push(`error ${error.message}`));
  popup.on("framenavigated", (frame) => happened.push(`navigation ${frame.url()}`));
  context.on("request", (request) => {
    if (!/^(https:\/\/claude\.ai|http:\/\/127\.0\.0\.1:63762)\//.test(request.url())) happened.push(request.url());
  });
  await popup.evaluate(() =>
    document.addEventListener("securitypolicyviolation", ({ violatedDirective }) =>
      document.documentElement.setAttribute("data-violated", violatedDirective),
    ),
  );
  plant("plain");
  await browser.refresh();
  await expect.poll(() => readTexts(popup)).toContain("plain org");
  const normal = await readTree(popup);
  expect(normal.length).toBeGreaterThan(40);

  let added = 0;
  for (const text of [...markup, ...deceptive]) {
    plant(text);
    await browser.refresh();
    const shown = toDisplayText(`${text} org`);
    await expect.poll(() => popup.locator("h2").allInnerTexts()).toEqual([shown.replaceAll(/ +/g, " ")]);
    if (deceptive.includes(text)) expect(shown).toContain("\u{FFFD}");
    const tree = await readTree(popup);
    added += Math.abs(tree.length - normal.length);
    expect([text, tree]).toEqual([text, normal]);
    const texts = (await readTexts(popup)).join("\n");
    expect(texts).toContain(toDisplayText(`model ${text}`, 40).slice(0, 20).trim());
    expect(texts).not.toMatch(/(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
  }
  expect(happened).toEqual([]);
  expect(await popup.evaluate(() => [Object.hasOwn(globalThis, "pwned"), document.documentElement.dataset])).toEqual([
    false,
    { theme: "auto" },
  ]);
  printed.push({ what: "texts shown", count: markup.length + deceptive.length });
  printed.push({ what: "nodes in the normal tree", count: normal.length });
  printed.push({ what: "nodes added", count: added });
  printed.push({ what: "dialogs, scripts, navigations, requests elsewhere, violations", count: happened.length });
});

test("a page of ours can not turn text into markup or code, even if it tried", async () => {
  const tried = await browser.popup.evaluate(() => {
    const div = document.createElement("div");
    document.body.append(div);
    const script = document.createElement("script");
    const frame = document.createElement("iframe");
    const html = "<img src=x onerror=pwned=1>";
    const sinks: Record<string, () => unknown> = {
      innerHTML: () => {
        div.innerHTML = html;
      },
      outerHTML: () => {
        div.outerHTML = html;
      },
      insertAdjacentHTML: () => div.insertAdjacentHTML("beforeend", html),
      "document.write": () => document.write(html),
      createContextualFragment: () => document.createRange().createContextualFragment(html),
      DOMParser: () => new DOMParser().parseFromString(html, "text/html"),
      srcdoc: () => {
        frame.srcdoc = html;
      },
      "script.text": () => {
        script.text = "pwned=1";
      },
      "script.src": () => {
        script.src = "https://claude.ai/x.js";
      },
      "event handler attribute": () => div.setAttribute("onclick", "pwned=1"),
    };
    const outcomes: Record<string, string> = {};
    for (const [name, sink] of Object.entries(sinks)) {
      try {
        sink();
        outcomes[name] = "done";
      } catch (error) {
        outcomes[name] = error instanceof Error ? error.name : "?";
      }
    }
    return { outcomes, nodes: div.childElementCount };
  });
  // As text: these names have no public types.
  for (const call of ["trustedTypes.createPolicy('any', {})", "trustedTypes.createPolicy('default', {})"]) {
    tried.outcomes[call] = String(await browser.popup.evaluate(`try { ${call}; "done" } catch (error) { error.name }`));
  }
  printed.push({ what: "sinks closed by Trusted Types", count: Object.keys(tried.outcomes).length });
  expect(Object.entries(tried.outcomes).filter(([, outcome]) => outcome !== "TypeError")).toEqual([]);
  expect(tried.nodes).toBe(0);
});
