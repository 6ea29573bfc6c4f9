// doctor beside a real browser: nothing to mend while all is well, and the browser's own trouble by its name.
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod/mini";
import type { Browser } from "../harness/browser.ts";
import { runCli } from "../harness/program.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createWorld, type World } from "../harness/world.ts";

const reportSchema = z.object({
  ok: z.boolean(),
  first: z.nullable(z.string()),
  checks: z.array(z.object({ status: z.string(), code: z.nullable(z.string()) })),
});

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

async function diagnose() {
  const { home } = world.bridge;
  const ended = await runCli(home, ["doctor", "--json"]);
  const { ok, first, checks } = reportSchema.parse(JSON.parse(ended.stdout));
  return { code: ended.code, ok, first, codes: checks.flatMap(({ code }) => code ?? []) };
}

test("a browser that reads, a bridge that runs, a pane with one account: nothing to mend", async () => {
  await waitFor(world.bridge.readRows, (rows) => rows.length === 1);
  expect(await diagnose()).toEqual({ code: 0, ok: true, first: null, codes: [] });
});

test("a sign-out in the browser is the first thing to mend, and gone after the sign-in", async () => {
  await browser.logout();
  await browser.refresh();
  expect(await waitFor(diagnose, ({ first }) => first !== null)).toMatchObject({ code: 69, first: "signed-out" });
  await browser.login("alice");
  await browser.refresh();
  expect(await waitFor(diagnose, ({ ok }) => ok)).toMatchObject({ code: 0, codes: [] });
});
