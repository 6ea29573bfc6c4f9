// Every way claude.ai can fail is a state of its own, in badge, popup and terminal; the last good value stays.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EXTENSION_ID } from "../../shared/protocol.ts";
import type { Browser } from "../harness/browser.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createWorld, type World } from "../harness/world.ts";

let world: World;
let browser: Browser;

beforeEach(async () => {
  world = await createWorld();
  browser = await world.openBrowser();
  await browser.login("alice");
  await browser.refresh();
});

afterEach(async () => {
  await world.close();
});

async function readState() {
  const [row] = await world.bridge.readRows();
  const { text, title } = await browser.readBadge();
  const notice = browser.popup.locator(".notice");
  return {
    badge: text,
    title,
    notice: (await notice.count()) > 0 ? await notice.innerText() : "",
    errors: row?.errors.filter((error) => error.startsWith("account:")) ?? [],
    session: row?.windows.find((window) => window.id === "five_hour")?.utilization,
  };
}

async function setSiteAccess(access: "ON_CLICK" | "ON_ALL_SITES"): Promise<void> {
  const page = await browser.context.newPage();
  await page.goto("chrome://extensions");
  // The page's own interface, which has no public types.
  await page.evaluate(
    `chrome.developerPrivate.updateExtensionConfiguration({ extensionId: "${EXTENSION_ID}", hostAccess: "${access}" })`,
  );
  await page.close();
}

describe("five states are told apart", () => {
  test("signed in and answered", async () => {
    expect(await readState()).toMatchObject({ badge: "63%", notice: "", errors: [], session: 42 });
  });

  test("signed out", async () => {
    await browser.logout();
    await browser.refresh();
    const state = await readState();
    expect(state).toMatchObject({ badge: "!", errors: ["account: signed-out"], session: 42 });
    expect(state.title).toContain("signed out");
    expect(state.notice).toContain("Sign in");
    expect(state.notice).toContain("Open claude.ai");
  });

  test("a Cloudflare challenge is not a sign-out", async () => {
    world.standIn.fail({ kind: "challenge" });
    await browser.refresh();
    const state = await readState();
    expect(state).toMatchObject({ badge: "!", errors: ["account: challenge"], session: 42 });
    expect(state.notice).toContain("complete the check");
    expect(state.notice).not.toContain("Sign in");
  });

  test("429 with Retry-After: 0 waits by itself and asks nothing more, not even on Refresh", async () => {
    world.standIn.fail({ kind: "rate-limited", retryAfter: "0" });
    await browser.refresh();
    const asked = world.standIn.requests.length;
    expect(await readState()).toMatchObject({ badge: "63%", errors: ["account: rate-limited"], session: 42 });
    expect((await readState()).notice).toMatch(/rate limiting requests.*Next attempt: (?:\w{3} )?\d\d:\d\d/);
    await browser.refresh();
    await browser.refresh();
    expect(world.standIn.requests).toHaveLength(asked);
  });

  test("site access off", async () => {
    await setSiteAccess("ON_CLICK");
    await browser.refresh();
    // The worker can not reach the bridge either now; the native host carries the word.
    const state = await waitFor(readState, (each) => each.errors.length > 0);
    expect(state).toMatchObject({ badge: "!", errors: ["account: no-access"], session: 42 });
    expect(state.notice).toContain("Allow site access");
    await setSiteAccess("ON_ALL_SITES");
    await browser.refresh();
    expect(await waitFor(readState, (each) => each.badge !== "!")).toMatchObject({ badge: "63%", errors: [] });
  });
});

describe("a bad answer keeps the last good value and leaves a code", () => {
  const cases = [
    ["html-200", "account: changed"],
    ["html-403", "account: changed"],
    ["truncated-json", "account: changed"],
    ["too-large", "account: changed"],
    ["empty", "account: changed"],
    ["error-200", "account: changed"],
    ["redirect-login", "account: signed-out"],
    ["challenge-without-header", "account: challenge"],
    ["server-error", "account: server-error"],
    ["overloaded", "account: server-error"],
    ["bad-gateway", "account: server-error"],
    ["truncated", "account: offline"],
    ["reset", "account: offline"],
  ] as const;

  test("whatever way the whole of claude.ai fails", async () => {
    for (const [kind, error] of cases) {
      world.standIn.fail({ kind });
      await browser.refresh();
      expect([kind, await readState()]).toMatchObject([kind, { errors: [error], session: 42 }]);
      world.standIn.heal();
      await browser.refresh();
      expect([kind, await readState()]).toMatchObject([kind, { errors: [], session: 42, badge: "63%" }]);
    }
  });

  test("when only the usage of one organisation fails", async () => {
    await browser.login("bob");
    await browser.refresh();
    const before = (await world.bridge.readRows()).filter((row) => row.account_email === "bob@example.com");
    const failing = before[0]?.org_uuid ?? "";
    for (const kind of ["unknown-keys-200", "server-error"] as const) {
      world.standIn.fail({ kind, path: new RegExp(`${failing}/usage`) });
      await browser.refresh();
      const rows = (await world.bridge.readRows()).filter((row) => row.account_email === "bob@example.com");
      const code = kind === "server-error" ? "server-error" : "changed";
      expect(rows.find((row) => row.org_uuid === failing)).toMatchObject({
        errors: [`usage: ${code}`],
        fetched_at: before[0]?.fetched_at,
      });
      expect(rows.find((row) => row.org_uuid !== failing)?.errors).not.toContain(`usage: ${code}`);
      world.standIn.heal();
    }
  });

  test("one bad limits row among five costs that row only", async () => {
    const organisation = world.standIn.accounts.find((each) => each.name === "alice")?.organisations.at(-1);
    if (!organisation) throw new Error("alice has an organisation");
    const good = { group: "weekly", severity: "normal", resets_at: null, is_active: false, scope: null };
    organisation.usageBody = {
      five_hour: { utilization: 17, resets_at: null },
      limits: [
        { ...good, kind: "session", percent: 17 },
        { ...good, kind: "weekly_all", percent: 18 },
        { ...good, kind: 7, percent: {} },
        { ...good, kind: "weekly_scoped", percent: 19, scope: { model: { display_name: "Fable" } } },
        { ...good, kind: "brand_new_kind", percent: 20 },
      ],
    };
    await browser.refresh();
    const [row] = await world.bridge.readRows();
    expect(row?.windows.map(({ id, utilization }) => [id, utilization])).toEqual([
      ["five_hour", 17],
      ["seven_day", 18],
      ["brand_new_kind", 20],
      ["scoped:fable", 19],
    ]);
    expect(row?.errors).toEqual(["limits:2: bad-shape", "overage: not-available"]);
  });

  test("a prototype key in the body changes nothing but itself", async () => {
    world.standIn.fail({ kind: "proto", path: /usage/ });
    await browser.refresh();
    expect(await readState()).toMatchObject({ errors: [], session: 42 });
  });
});
