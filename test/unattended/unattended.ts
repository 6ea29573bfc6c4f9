// One case with nobody at the browser: a real Chromium to which no DevTools are attached, for these keep its worker alive.
// So it is observed from outside alone: what claude.ai was asked, and what the bridge has written.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Status, statusSchema } from "../../shared/row.ts";
import { createBridgeProcess } from "../harness/bridge-process.ts";
import { EXTENSION_PATH, findChromium } from "../harness/browser.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { type Program, startProgram } from "../harness/program.ts";
import { createAccounts } from "../stand-in/accounts.ts";
import { createStandIn, type StandIn } from "../stand-in/stand-in.ts";
import type { StandInAccount } from "../stand-in/stand-in-account.ts";
import type { Case, Part, Seen } from "./case.ts";

const paths = {
  account: /^\/api\/account$/,
  organisations: /^\/api\/organizations$/,
  usage: /\/usage$/,
  overage: /\/overage_spend_limit$/,
  subscription: /\/subscription_details$/,
} as const satisfies Record<Part, RegExp>;

const STEP_MS = 250;

/** Plays the case for as long as it says. */
export async function playCase(wanted: Case): Promise<Seen> {
  const standIn = await createStandIn({ accounts: [createAccount(wanted.organisations)] });
  const home = await createFolder();
  const profile = await createFolder();
  const bridge = createBridgeProcess(home);
  let chromium: Program | undefined;
  try {
    await bridge.start();
    await bridge.setUp(profile);
    fail(standIn, wanted);
    const startedMs = Date.now();
    chromium = startChromium(standIn, profile, `${LOGIN}&after=${wanted.signsInAfter ?? 0}`);
    return await observe({ wanted, standIn, home, startedMs });
  } finally {
    chromium?.kill("SIGTERM");
    await chromium?.ended;
    await bridge.stop();
    await removeFolder(profile);
    await removeFolder(home);
    await standIn.close();
  }
}

const LOGIN = "https://claude.ai/login?as=olga";

/** Olga, with as many organisations as it takes. */
function createAccount(count: number): StandInAccount {
  const uuid = (number: number) => `01ea0000-0000-4000-8000-00000000000${number}`;
  const { bob } = createAccounts(Date.now());
  const [model] = bob.organisations;
  if (!model) throw new Error("bob has an organisation");
  const organisations = Array.from({ length: count }, (_, index) => ({
    ...structuredClone(model),
    uuid: uuid(index + 1),
    name: `Organisation ${index + 1}`,
  }));
  return { name: "olga", uuid: uuid(0), email: "olga@example.com", organisations };
}

function fail(standIn: StandIn, { part, failure, delaySeconds, odd }: Case): void {
  if (odd !== undefined) standIn.fail({ kind: "instead", path: paths.usage, times: 1, answer: toOddAnswer(odd) });
  if (part !== undefined && failure !== undefined) standIn.fail({ kind: failure, path: paths[part] });
  if (delaySeconds > 0) standIn.fail({ kind: "slow", delayMs: delaySeconds * 1000 });
}

/** A usage answer of a shape that is hard to hand on: nested as deep as is read, or one that grows when it is written. */
function toOddAnswer(odd: "deep" | "large") {
  const filler =
    odd === "deep" ? `${'{"a":'.repeat(22)}1${"}".repeat(22)}` : `[${new Array(20_000).fill("1e20").join(",")}]`;
  const body = `{"five_hour":{"utilization":99,"resets_at":null},"odd":${filler}}`;
  return { status: 200, headers: { "content-type": "application/json" }, body };
}

function startChromium(standIn: StandIn, profile: string, url: string): Program {
  return startProgram(findChromium(), [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--password-store=basic",
    `--user-data-dir=${profile}`,
    `--disable-extensions-except=${EXTENSION_PATH}`,
    `--load-extension=${EXTENSION_PATH}`,
    ...standIn.chromiumArguments,
    url,
  ]);
}

type Scene = { wanted: Case; standIn: StandIn; home: string; startedMs: number };

async function observe({ wanted, standIn, home, startedMs }: Scene): Promise<Seen> {
  const seen: Seen = {
    firstSeconds: null,
    allSeconds: null,
    signedInSeconds: 0,
    readings: {},
    requests: [],
    refused: 0,
  };
  const readings = new Map<string, Set<string>>();
  const toSeconds = () => Math.round((Date.now() - startedMs) / 100) / 10;
  while (toSeconds() < wanted.seconds) {
    const rows = (await readStatus(home))?.rows ?? [];
    if (rows.length > 0) seen.firstSeconds ??= toSeconds();
    if (rows.length === wanted.organisations) seen.allSeconds ??= toSeconds();
    for (const { org_uuid, fetched_at } of rows) {
      readings.set(org_uuid, (readings.get(org_uuid) ?? new Set()).add(fetched_at));
    }
    await sleep(STEP_MS);
  }
  for (const [orgUuid, dates] of readings) seen.readings[orgUuid.slice(-1)] = dates.size;
  seen.requests = countRequests(standIn, startedMs, wanted.seconds);
  seen.signedInSeconds = toSignedInSeconds(standIn, startedMs);
  seen.refused = (await readStatus(home))?.installs[0]?.dropped?.count ?? 0;
  return seen;
}

function toSignedInSeconds({ requests }: StandIn, startedMs: number): number {
  const signIn = requests.findLast(({ path }) => path.startsWith("/login?as=olga"));
  return signIn ? (signIn.at - startedMs) / 1000 : Number.NaN;
}

/** Undefined while there is none. */
async function readStatus(home: string): Promise<Status | undefined> {
  const text = await readFile(join(home, "status.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : statusSchema.parse(JSON.parse(text));
}

/** Per minute. */
function countRequests(standIn: StandIn, startedMs: number, seconds: number): Seen["requests"] {
  const minutes = Array.from({ length: Math.ceil(seconds / 60) }, () => ({
    account: 0,
    organisations: 0,
    usage: 0,
    overage: 0,
    subscription: 0,
  }));
  for (const { path, at } of standIn.requests) {
    const minute = minutes[Math.floor((at - startedMs) / 60_000)];
    const part = parts.find((each) => paths[each].test(path));
    if (minute && part) minute[part] += 1;
  }
  return minutes;
}

const parts = ["account", "organisations", "usage", "overage", "subscription"] as const;
