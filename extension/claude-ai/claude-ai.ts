// The five questions a meter asks claude.ai. Reading only: nothing here sends a message or changes a setting.

import { MeterError } from "../../shared/claude-ai/meter-error.ts";
import { type Organisation, parseOrganisations } from "../../shared/claude-ai/organisation.ts";
import { type Overage, parseOverage } from "../../shared/claude-ai/overage.ts";
import { parseSubscription, type Subscription } from "../../shared/claude-ai/subscription.ts";
import { parseUsageBody } from "../../shared/claude-ai/usage-body.ts";
import { toIso } from "../../shared/time.ts";
import { type Account, parseAccount } from "./account.ts";
import { type Answer, fetchAnswer } from "./fetch-answer.ts";
import { type AnswerScope, parseAnswer } from "./parse-answer.ts";

export type Dated<T> = { value: T; fetched_at: string };
export type UsageAnswer = ReturnType<typeof parseUsageBody>;

export type ClaudeAi = {
  fetchAccount: () => Promise<Account>;
  fetchOrganisations: () => Promise<Organisation[]>;
  fetchUsage: (orgUuid: string) => Promise<Dated<UsageAnswer>>;
  fetchOverage: (orgUuid: string) => Promise<Dated<Overage>>;
  fetchSubscription: (orgUuid: string) => Promise<Dated<Subscription>>;
};

/** One look's: `budget` ends whatever still hangs. */
export function createClaudeAi(now: () => number, budget: AbortSignal): ClaudeAi {
  const ask = async (path: string, scope: AnswerScope) => {
    const answer = await fetchAnswer(path, budget);
    return { body: parseAnswer(answer, scope, now()), fetched_at: toFetchedAt(answer, now()) };
  };
  const askOrganisation = async <T>(orgUuid: string, what: string, parse: (body: unknown) => T): Promise<Dated<T>> => {
    const { body, fetched_at } = await ask(`/api/organizations/${orgUuid}/${what}`, "organisation");
    return { value: parse(body), fetched_at };
  };
  return {
    fetchAccount: async () => parseAccount((await ask("/api/account", "session")).body),
    fetchOrganisations: async () => {
      const { body } = await ask("/api/organizations", "session");
      if (!Array.isArray(body)) throw new MeterError("changed");
      return parseOrganisations(body);
    },
    fetchUsage: (orgUuid) => askOrganisation(orgUuid, "usage", parseUsageBody),
    fetchOverage: (orgUuid) => askOrganisation(orgUuid, "overage_spend_limit", parseOverage),
    fetchSubscription: (orgUuid) => askOrganisation(orgUuid, "subscription_details", parseSubscription),
  };
}

/** The header has whole seconds and travels for a moment, so only a larger difference is a wrong clock. */
const CLOCK_TOLERANCE_MS = 5_000;

/** When the answer was true, by the server's clock where ours disagrees: an old answer must not look new. */
function toFetchedAt(answer: Answer, nowMs: number): string {
  const isOurClockRight = !(Math.abs(answer.serverMs - nowMs) > CLOCK_TOLERANCE_MS);
  return toIso(isOurClockRight ? nowMs : answer.serverMs);
}
