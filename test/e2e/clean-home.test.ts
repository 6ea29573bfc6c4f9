// What a new user does, from a home with nothing in it to the first row, and back to nothing.
import { mkdir } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { launchContext } from "../harness/browser.ts";
import {
  installPackage,
  installSqlite,
  packPackage,
  runInstalled,
  toUserEnvironment,
} from "../harness/installed-package.ts";
import { parsePrintedRows } from "../harness/printed-row.ts";
import { createTestFolder } from "../harness/test.ts";
import { diffTraces, readTraces } from "../harness/traces.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createStandIn } from "../stand-in/stand-in.ts";

/** What npm and Chromium keep for themselves, and the SQLite package that stands in for an installed one. */
const others = [
  / npm-cache\//,
  /^folder prefix\//,
  /^file prefix\/.*\/@photostructure$/,
  / home\/\.cache\//,
  /^folder home\/\.config\/$/,
  / home\/\.config\/chromium\/(?!NativeMessagingHosts)/,
];

/** From the start of the installation. */
const FIRST_ROW_LIMIT_MS = 90_000;

test("install, setup and a browser bring the first row within 90 s, and uninstall leaves nothing", async () => {
  const folder = await createTestFolder();
  const standIn = await createStandIn();
  onTestFinished(() => standIn.close());
  const { tarball } = await packPackage(folder);
  await mkdir(join(folder, "home"));
  const meter = async (...args: string[]) => {
    const ended = await runInstalled(folder, "claude-meter", args);
    return ended.stdout;
  };
  const before = await readTraces(folder);

  const startedMs = Date.now();
  await installPackage(folder, tarball);
  if (!isBuiltin("node:sqlite")) await installSqlite(folder);
  // A test that fails on its way leaves no bridge; one that comes to its end leaves no program to ask.
  onTestFinished(async () => void (await meter("bridge", "stop").catch(() => undefined)));
  expect(await meter("setup", "--yes")).toContain("Done.");
  const context = await launchContext(standIn, {
    profile: join(folder, "home", ".config", "chromium"),
    extension: (await meter("extension", "path")).trim(),
    environment: toUserEnvironment(folder),
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto("https://claude.ai/login?as=alice");
  const readRows = async () => parsePrintedRows(await meter("--json"));
  const leftMs = startedMs + FIRST_ROW_LIMIT_MS - Date.now();
  const [row] = await waitFor(readRows, (rows) => rows.length > 0, leftMs);
  expect(row).toMatchObject({ account_email: "alice@example.com", browser: "Chromium", stale: false });
  const seconds = Math.round((Date.now() - startedMs) / 1000);

  // There is something to find: a bridge, its sockets, its files.
  const during = diffTraces(before, await readTraces(folder)).join("\n");
  expect(during).toMatch(/process \d+ .*daemon\.js/);
  expect(during).toContain("home/.config/chromium/NativeMessagingHosts/com.claude_meter.bridge.json");
  expect(during).toMatch(/listener .*bridge\.sock/);

  expect(await meter("uninstall", "--purge", "--yes")).toContain("Done.");
  await context.close();
  await runInstalled(folder, "npm", ["uninstall", "--global", "claude-meter"]);
  const readDiff = async () =>
    diffTraces(before, await readTraces(folder)).filter((line) => !others.some((own) => own.test(line.slice(2))));
  const diff = await waitFor(readDiff, (lines) => lines.length === 0).catch(readDiff);
  process.stdout.write(
    `first row after ${seconds} s; left behind: ${diff.length === 0 ? "nothing" : diff.join("\n")}\n`,
  );
  expect(diff).toEqual([]);
}, 180_000);
