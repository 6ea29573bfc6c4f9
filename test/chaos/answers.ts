// All known answers of claude.ai, and many that nobody foresaw, through the real worker in a real Chromium: what is shown is what
// the answer said, or the last good value; never nothing, and never a number of its own.
import { isDeepStrictEqual } from "node:util";
import { type Status, statusSchema } from "../../shared/row.ts";
import type { Browser } from "../harness/browser.ts";
import { askSocket } from "../harness/daemon.ts";
import { createWorld } from "../harness/world.ts";
import { toJsonAnswer } from "../stand-in/answer.ts";
import { toUsageBody } from "../stand-in/usage-body.ts";
import { createKnownAnswers, type KnownAnswer, toText, toWanted } from "./known-answers.ts";
import type { Random } from "./random.ts";
import type { Chaos, Harm, Scenario } from "./scenario.ts";

const strange: readonly unknown[] = [null, "text", -1, 1e9, 0.5, 101, true, [], {}, "2026-13-45", "NaN"];

/** The same body with one to three of its values gone or strange. */
function mutate(body: unknown, random: Random): unknown {
  let text = JSON.stringify(body);
  for (let times = random.int(1, 3); times > 0; times -= 1) text = JSON.stringify(replaceOne(JSON.parse(text), random));
  const mutated: unknown = JSON.parse(text);
  return mutated;
}

function replaceOne(value: unknown, random: Random): unknown {
  if (typeof value !== "object" || value === null || random.int(0, 5) === 0) return random.pick(strange);
  const entries: [string, unknown][] = Object.entries(value);
  if (entries.length === 0) return random.pick(strange);
  const [chosen] = random.pick(entries);
  const isGone = random.int(0, 3) === 0;
  const changed = entries
    .filter(([key]) => !isGone || key !== chosen)
    .map(([key, each]) => [key, key === chosen ? replaceOne(each, random) : each] as const);
  return Array.isArray(value) ? changed.map(([, each]) => each) : Object.fromEntries(changed);
}

/** A body that nobody has seen; what it says is the reader's word, which other tests hold against the fixtures. */
function toMutated(good: unknown, random: Random): KnownAnswer {
  const body = mutate(good, random);
  const windows = toWanted(body);
  return {
    group: "usage body with strange values",
    name: JSON.stringify(body),
    rules: [{ kind: "instead", path: /\/usage$/, answer: toJsonAnswer(200, JSON.stringify(body)) }],
    state: windows ? "ok" : "changed",
    row: windows ? { windows } : {},
  };
}

/** An earlier answer made the meter leave claude.ai alone for a while; the next one is to be read now. */
async function endBackoff({ popup }: Browser): Promise<void> {
  await popup.evaluate(async () => {
    const { meter } = await chrome.storage.local.get<{ meter: { poll: object } }>("meter");
    await chrome.storage.local.set({ meter: { ...meter, waits: {}, poll: { ...meter.poll, retry_at: null } } });
  });
}

/** The organisation of alice that has a plan. */
const ORG_UUID = "a11ce000-0000-4000-8000-000000000002";

const ROUNDS_A_BRIDGE = 60;

type RowWords = Record<keyof KnownAnswer["row"], string>;

function toWords({ windows, overage, subscription }: KnownAnswer["row"]): Partial<RowWords> {
  return {
    ...(windows && { windows: windows.join() }),
    ...(overage && { overage: JSON.stringify(overage) }),
    ...(subscription && { subscription: JSON.stringify(subscription) }),
  };
}

/** What the bridge tells of this organisation's row. */
function findRow({ rows }: Status, orgUuid: string): RowWords | undefined {
  const row = rows.find(({ org_uuid }) => org_uuid === orgUuid);
  if (!row) return undefined;
  const { windows, overage, subscription } = row;
  return {
    windows: windows.map(toText).join(),
    overage: JSON.stringify(overage),
    subscription: JSON.stringify(subscription),
  };
}

type Seen = { status: Status; badge: string; askedUuids: string[] };
type Wrong = { harm: Harm; words: string };

/** What is shown against the answer that was given; `wanted` is what is right to say of the row. */
function findWrong(answer: KnownAnswer, { status, badge, askedUuids }: Seen, wanted: RowWords | undefined): Wrong[] {
  const { state, organisations = [] } = answer;
  const row = findRow(status, ORG_UUID);
  const reported = status.installs.map((install) => install.state).join();
  const values = status.rows.flatMap(({ windows }) => windows.map(({ utilization }) => Math.floor(utilization ?? 0)));
  const listed = organisations.map(({ org_uuid }) => org_uuid);
  const unread = organisations.filter(
    ({ org_uuid, plan, windows }) =>
      !status.rows.some(
        (each) =>
          each.org_uuid === org_uuid && each.plan === plan && isDeepStrictEqual(each.windows.map(toText), windows),
      ),
  );
  const lost = [
    ...(row ? [] : ["the row has gone"]),
    ...(badge === "" ? ["the badge is blank"] : []),
    ...unread.map(({ org_uuid, plan }) => `no row of ${org_uuid}, ${plan}`),
  ];
  const invented = [
    ...(row && !isDeepStrictEqual(row, wanted) ? [`${JSON.stringify(row)} instead of ${JSON.stringify(wanted)}`] : []),
    ...(reported === state ? [] : [`${reported} instead of ${state}`]),
    ...(badge.endsWith("%") && !values.includes(Number.parseInt(badge, 10)) ? [`the badge says ${badge}`] : []),
    ...(answer.organisations ? askedUuids.filter((uuid) => !listed.includes(uuid)).map((uuid) => `asked ${uuid}`) : []),
  ];
  return [
    ...lost.map((words) => ({ harm: "lost" as const, words })),
    ...invented.map((words) => ({ harm: "invented" as const, words })),
  ];
}

async function run({ goesOn, toRandom, report }: Chaos): Promise<void> {
  const world = await createWorld();
  const { standIn, bridge } = world;
  const readStatus = async () => statusSchema.parse(await askSocket(bridge.home, "GET", "/rows"));
  try {
    const browser = await world.openBrowser();
    await browser.login("alice");
    await browser.refresh();
    const everyOrganisation = standIn.accounts.flatMap(({ organisations }) => organisations);
    const organisation = everyOrganisation.find(({ uuid }) => uuid === ORG_UUID);
    if (!organisation) throw new Error("alice has it");
    const good = toUsageBody(organisation, Date.now());
    const known = createKnownAnswers(good);
    let wanted = findRow(await readStatus(), ORG_UUID);
    const own = wanted && { subscription: wanted.subscription };
    for (let round = 0; goesOn(round); round += 1) {
      const inTurn = known[(round - Math.floor(round / 3)) % known.length];
      const answer = round % 3 === 2 || !inTurn ? toMutated(good, toRandom(round)) : inTurn;
      // A day of polls in minutes is more than the bridge hears of one browser; a new one has heard nothing yet.
      if (round % ROUNDS_A_BRIDGE === ROUNDS_A_BRIDGE - 1) {
        await bridge.kill("SIGTERM");
        await bridge.start();
      }
      const { group, name, rules, row } = answer;
      const before = standIn.requests.length;
      for (const rule of rules) standIn.fail(rule);
      await endBackoff(browser);
      await browser.refresh();
      standIn.heal();
      // With usage the money is asked for again; what is missing there stays.
      if (wanted) wanted = { ...wanted, ...(row.windows && own), ...toWords(row) };
      const asked = standIn.requests.slice(before).flatMap(({ path }) => /([^/]+)\/usage$/.exec(path)?.[1] ?? []);
      const seen = { status: await readStatus(), badge: (await browser.readBadge()).text, askedUuids: asked };
      report.count(group);
      for (const { harm, words } of findWrong(answer, seen, wanted))
        report.harm(harm, group, `round ${round}: ${name}: ${words}`);
    }
  } finally {
    await world.close();
  }
}

/** Every known answer once, also with the public fixtures. */
export const answers: Scenario = { name: "answers", shortRounds: 255, share: 2, run };
