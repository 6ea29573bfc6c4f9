// The real extension and bridges of other versions: the popup says which side to update, and every reading waits for that.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BRIDGE_PORT } from "../../shared/protocol.ts";
import type { Browser } from "../harness/browser.ts";
import { type Daemon, startDaemon } from "../harness/daemon.ts";
import { buildDaemon, buildExtension, type OtherVersion } from "../harness/other-version.ts";
import { runCli } from "../harness/program.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createWorld, type World } from "../harness/world.ts";

const OLD_BRIDGE = "The bridge is older than this extension. Update claude-meter on this computer.";
const OLD_EXTENSION = "This extension is older than the bridge. Reload it on the browser's extensions page.";

let world: World;
let daemon: Daemon | undefined;

beforeEach(async () => {
  world = await createWorld();
  daemon = undefined;
});

afterEach(async () => {
  await daemon?.stop();
  await world.close();
});

/** In the place of this version's bridge, with its state. */
async function putBridge(other: OtherVersion): Promise<void> {
  const program = await buildDaemon(other);
  await world.bridge.stop();
  daemon = await startDaemon({ home: world.bridge.home, port: BRIDGE_PORT, program });
}

async function updateBridge(): Promise<void> {
  await daemon?.stop();
  daemon = undefined;
  await world.bridge.start();
}

async function readLink(browser: Browser): Promise<string> {
  return await browser.popup.locator("#link").innerText();
}

async function pollAs(name: string, browser: Browser): Promise<void> {
  await browser.login(name);
  await browser.refresh();
}

describe("a bridge of another version", () => {
  /** It knows one plan less, and its protocol number was not raised for that. */
  const changes = [["shared/claude-ai/organisation.ts", /"Max 20x", /, ""]] as const;

  test("a reading that a newer one refuses waits for an update, is not sent again before, and holds up no other", async () => {
    const changes = [["shared/claude-ai/organisation.ts", /"Team", /, ""]] as const;
    await putBridge({ version: "9.0.0", protocol: 1, changes });
    const browser = await world.openBrowser();
    await pollAs("bob", browser);
    for (let polls = 0; polls < 2; polls += 1) await browser.refresh();
    const words = await waitFor(
      () => readLink(browser),
      (text) => text.includes(OLD_EXTENSION),
    );
    const [, held = ""] =
      /(\d+) readings waiting to be sent\. \1 readings the bridge cannot read before an update\./.exec(words) ?? [];
    expect(Number(held)).toBeGreaterThanOrEqual(3);
    expect((await world.bridge.readRows()).map((row) => row.plan)).toEqual(["Pro"]);
    // Each was sent once; were the first ones sent again with the later ones, it would be twice as many.
    const { stdout } = await runCli(world.bridge.home, ["metrics"]);
    expect(/^claude_meter_unreadable_snapshots_total (\d+)$/m.exec(stdout)?.[1]).toBe(held);
    await updateBridge();
    await browser.refresh();
    const link = await waitFor(
      () => readLink(browser),
      (text) => text.startsWith("Connected to the bridge") && !text.includes("waiting"),
    );
    expect(link).not.toMatch(/dropped/);
    expect((await world.bridge.readRows()).map((row) => row.plan).toSorted()).toEqual(["Pro", "Team"]);
  });

  test.each<[string, OtherVersion, string]>([
    ["that is too old", { version: "0.0.9", protocol: 0 }, OLD_BRIDGE],
    ["that is too new", { version: "9.0.0", protocol: 2 }, OLD_EXTENSION],
    ["that is older and can not read a reading", { version: "0.0.9", protocol: 1, changes }, OLD_BRIDGE],
  ])(
    "%s: the popup says so, nothing is given up, and after the update it is all there",
    async (_name, other, words) => {
      await putBridge(other);
      const browser = await world.openBrowser();
      await pollAs("alice", browser);
      const link = await waitFor(
        () => readLink(browser),
        (text) => text.includes(words),
      );
      expect(link).toMatch(/[1-9] readings? waiting to be sent/);
      expect(link).not.toContain("dropped");
      expect(await world.bridge.readRows()).toEqual([]);
      await updateBridge();
      await browser.refresh();
      await waitFor(
        () => readLink(browser),
        (text) => text.startsWith("Connected to the bridge") && !text.includes("waiting"),
      );
      expect(await world.bridge.readRows()).toMatchObject([{ account_email: "alice@example.com", plan: "Max 20x" }]);
    },
  );
});

describe("an extension of another version", () => {
  const further = [
    "extension/poll.ts",
    /account_uuid: who\.owner\.account_uuid,/,
    'later: { text: "later" }, account_uuid: who.owner.account_uuid,',
  ] as const;

  test("that says more is understood as far as this bridge can", async () => {
    const extension = await buildExtension({ version: "0.2.0", protocol: 1, changes: [further] });
    const browser = await world.openBrowser({ extension });
    await pollAs("alice", browser);
    await waitFor(
      () => readLink(browser),
      (text) => text.startsWith("Connected to the bridge") && !text.includes("waiting"),
    );
    expect(await world.bridge.readRows()).toMatchObject([{ account_email: "alice@example.com", plan: "Max 20x" }]);
  });

  test.each([
    ["that is too new", { version: "9.0.0", protocol: 2 }, OLD_BRIDGE],
    ["that is too old", { version: "0.0.9", protocol: 0 }, OLD_EXTENSION],
  ] as const)("%s says which side to update, and keeps its readings", async (_name, other, words) => {
    const browser = await world.openBrowser({ extension: await buildExtension(other) });
    await pollAs("alice", browser);
    const link = await waitFor(
      () => readLink(browser),
      (text) => text.includes(words),
    );
    expect(link).toMatch(/[1-9] readings? waiting to be sent/);
    expect(await browser.readBadge()).toMatchObject({ text: "63%" });
  });
});
