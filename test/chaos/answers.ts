// Answers of claude.ai that nobody foresaw, through the real worker in a real Chromium: what is shown is what the answer said,
// or the last good value; never nothing, and never a number of its own.
import { MeterError } from "../../shared/meter-error.ts";
import { parseUsageBody } from "../../shared/usage-body.ts";
import type { UsageWindow } from "../../shared/usage-window.ts";
import { createWorld } from "../harness/world.ts";
import type { FailureKind } from "../stand-in/failure.ts";
import { toUsageBody } from "../stand-in/usage-body.ts";
import type { Random } from "./random.ts";
import type { Chaos, Scenario } from "./scenario.ts";

/** All but those after which the meter asks nothing for a while. */
const failures: readonly FailureKind[] = [
  "html-200",
  "html-403",
  "server-error",
  "overloaded",
  "bad-gateway",
  "empty",
  "truncated",
  "truncated-json",
  "too-large",
  "reset",
  "error-200",
  "unknown-keys-200",
];

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

/** "five_hour 42", of each window; undefined when the answer is not to be understood. */
function toWanted(body: unknown): string[] | undefined {
  try {
    return parseUsageBody(body).windows.map(toText);
  } catch (error) {
    if (error instanceof MeterError) return undefined;
    throw error;
  }
}

function toText({
  id,
  utilization,
  last_known,
}: Pick<UsageWindow, "id" | "utilization"> & { last_known?: number | null }): string {
  return `${id} ${utilization ?? last_known ?? "unknown"}`;
}

async function run({ goesOn, toRandom, report }: Chaos): Promise<void> {
  const world = await createWorld();
  try {
    const browser = await world.openBrowser();
    await browser.login("alice");
    await browser.refresh();
    const organisation = world.standIn.accounts.find(({ name }) => name === "alice")?.organisations.at(-1);
    if (!organisation) throw new Error("alice has one");
    const good = toUsageBody(organisation, Date.now());
    let wanted = toWanted(good);
    for (let round = 0; goesOn(round); round += 1) {
      const random = toRandom(round);
      const kind = round % 3 === 2 ? random.pick(failures) : undefined;
      const name = kind ? `usage answered with: ${kind}` : "usage answered with strange values";
      if (kind) world.standIn.fail({ kind, path: /\/usage$/ });
      // Null is the stand-in's word for its own answer.
      else organisation.usageBody = mutate(good, random) ?? "nothing";
      // Not understood: the last good value stays.
      if (!kind) wanted = toWanted(organisation.usageBody) ?? wanted;
      await browser.refresh();
      world.standIn.heal();
      const [row] = await world.bridge.readRows();
      report.count(name);
      if (!row) report.harm("lost", name, `round ${round}: the row has gone`);
      else if (row.windows.map(toText).join() !== wanted?.join()) {
        report.harm("invented", name, `round ${round}: ${row.windows.map(toText).join()} instead of ${wanted?.join()}`);
      }
      const { text } = await browser.readBadge();
      if (text === "") report.harm("lost", name, `round ${round}: the badge is blank`);
    }
  } finally {
    await world.close();
  }
}

export const answers: Scenario = { name: "answers", shortRounds: 12, share: 2, run };
