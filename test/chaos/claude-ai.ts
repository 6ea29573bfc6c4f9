// claude.ai seen through the extension's own conductors, without a browser: an account that is switched in the middle of a
// look, and whole days of refusals.
import type { ClaudeAi } from "../../extension/claude-ai/claude-ai.ts";
import { parseRetryAfter } from "../../extension/claude-ai/parse-answer.ts";
import { decidePoll } from "../../extension/decide-poll.ts";
import { initialState, mergeFailure } from "../../extension/meter-state.ts";
import { type Known, type PollResult, poll } from "../../extension/poll.ts";
import { MeterError } from "../../shared/claude-ai/meter-error.ts";
import type { Snapshot } from "../../shared/snapshot.ts";
import { createUsageWindow } from "../shared/wire-examples.ts";
import type { Random } from "./random.ts";
import type { Chaos, Scenario } from "./scenario.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const nowMs = Date.UTC(2026, 10, 20);

/** Both are in the same team, where each has a usage of its own. */
const team = { org_uuid: "00000000-0000-4bbb-8000-000000000001", org_name: "Team", plan: "Team" } as const;
const people = [1, 2].map((number) => ({
  uuid: `00000000-0000-4aaa-8000-00000000000${number}`,
  used: number * 10,
  organisations: [
    team,
    { org_uuid: `00000000-0000-4bbb-8000-00000000001${number}`, org_name: "Own", plan: "Pro" } as const,
  ],
}));

/** Answers as the one who is signed in at that moment: the second from the `switchAt`th question on. */
function createClaudeAi(switchAt: number): ClaudeAi {
  let asked = 0;
  const answer = async <T>(
    orgUuid: string | undefined,
    toValue: (person: (typeof people)[number]) => T,
  ): Promise<T> => {
    asked += 1;
    const person = people[asked > switchAt ? 1 : 0];
    if (!person) throw new Error("there are two");
    const isMember = orgUuid === undefined || person.organisations.some(({ org_uuid }) => org_uuid === orgUuid);
    if (!isMember) throw new MeterError("no-plan");
    return await Promise.resolve(toValue(person));
  };
  const fetched_at = new Date(nowMs).toISOString();
  const amounts = { used: null, limit: null, currency: null, disabled_reason: null, disabled_until: null };
  return {
    fetchAccount: () =>
      answer(undefined, ({ uuid, organisations }) => ({
        account_uuid: uuid,
        account_email: `${uuid}@example.com`,
        organisations,
      })),
    fetchOrganisations: () => answer(undefined, ({ organisations }) => organisations),
    fetchUsage: (orgUuid) =>
      answer(orgUuid, ({ used }) => {
        const windows = [createUsageWindow({ utilization: used })];
        return { value: { usage: {}, windows, money: null, problems: [] }, fetched_at };
      }),
    fetchOverage: (orgUuid) =>
      answer(orgUuid, () => ({ value: { ...amounts, enabled: false, out_of_credits: false }, fetched_at })),
    fetchSubscription: (orgUuid) =>
      answer(orgUuid, () => ({
        value: { status: "active", renews_at: null, ends_at: null, billing_interval: null },
        fetched_at,
      })),
  };
}

/** Numbers of one that stand under the name of the other. */
async function findWrongNames(random: Random): Promise<string[]> {
  const switchAt = random.int(0, 8);
  const snapshots: Snapshot[] = [];
  const options = {
    now: () => nowMs,
    random: () => random.int(0, 99) / 100,
    onRead: async (read: PollResult) => void snapshots.push(...read.snapshots),
  };
  const claudeAi = createClaudeAi(switchAt);
  let known: Known = { lanes: {} };
  // The second look knows what the first has left: whose the numbers may be.
  for (let look = 0; look < 2; look += 1) {
    known = await poll(claudeAi, known, options).catch((error: unknown) => {
      if (error instanceof MeterError) return { lanes: {} };
      throw error;
    });
  }
  return snapshots.filter(isWrong).map(({ account_uuid }) => `switched after ${switchAt}: ${account_uuid}`);
}

function isWrong({ account_uuid, windows }: Snapshot): boolean {
  const person = people.find(({ uuid }) => uuid === account_uuid);
  return windows.some(({ utilization }) => utilization !== person?.used);
}

const forms: readonly (string | null)[] = [
  null,
  "0",
  "1",
  "30",
  "3600",
  "86400",
  "999999999999",
  "-5",
  "1.5",
  "soon",
  "",
  new Date(nowMs + 10 * MINUTE).toUTCString(),
  new Date(nowMs - DAY).toUTCString(),
  "Fri, 31 Dec 9999 23:59:59 GMT",
];

/** How often the alarm of a whole day asks a claude.ai that refuses with this Retry-After. */
function countPolls(form: string | null, random: Random): number {
  let state = initialState;
  let polls = 0;
  for (let atMs = nowMs; atMs < nowMs + DAY; atMs += MINUTE) {
    if (decidePoll(state, "alarm", atMs) === "wait") continue;
    polls += 1;
    const error = new MeterError("rate-limited", { retryAfterMs: parseRetryAfter(form, atMs) });
    state = mergeFailure(state, error, atMs, random.int(0, 99) / 100);
  }
  return polls;
}

/** One an hour, and the three of the first hour that are closer. */
const MOST_POLLS_A_DAY = 27;
const SWITCHES_A_ROUND = 1_000;

const SWITCH = "the account switched between two questions";
const REFUSALS = "a day of 429s, each form of Retry-After";

async function run({ goesOn, toRandom, report }: Chaos): Promise<void> {
  let most = 0;
  for (let round = 0; goesOn(round); round += 1) {
    const random = toRandom(round);
    for (let index = 0; index < SWITCHES_A_ROUND; index += 1) {
      report.count(SWITCH);
      for (const words of await findWrongNames(random)) report.harm("invented", SWITCH, words);
    }
    for (const form of forms) {
      const polls = countPolls(form, random);
      most = Math.max(most, polls);
      report.count(REFUSALS);
      if (polls > MOST_POLLS_A_DAY || polls === 0) report.harm("crashed", REFUSALS, `"${form}": ${polls} polls`);
    }
  }
  console.log(`claude-ai: at most ${most} polls a day while it answers 429, in ${forms.length} forms of Retry-After`);
}

export const claudeAi: Scenario = { name: "claude-ai", shortRounds: 1, share: 0.1, run };
