// Conductor: one poll of claude.ai. The account is asked before and after, so that no number lands on another account.

import { MeterError, type MeterErrorCode } from "../shared/claude-ai/meter-error.ts";
import type { Organisation } from "../shared/claude-ai/organisation.ts";
import { toProblem } from "../shared/claude-ai/problem.ts";
import type { Snapshot } from "../shared/snapshot.ts";
import { toIso } from "../shared/time.ts";
import type { Account } from "./claude-ai/account.ts";
import type { ClaudeAi } from "./claude-ai/claude-ai.ts";
import { type Asked, type Lane, type Lanes, toLane } from "./lanes.ts";

export type PollResult = { snapshots: Snapshot[]; lanes: Lanes };
type Who = { account: Account | undefined; organisations: Organisation[] };

/** Throws MeterError when the whole poll failed; what failed for one organisation stands in its snapshot's errors. */
export async function poll(claudeAi: ClaudeAi, lanes: Lanes, now: () => number): Promise<PollResult> {
  const who = await fetchWho(claudeAi);
  const result: PollResult = { snapshots: [], lanes: {} };
  for (const organisation of who.organisations) {
    const lane = lanes[organisation.org_uuid] ?? {};
    const reader = createReader(lane, now);
    const snapshot = await fetchSnapshot(claudeAi, who.account, organisation, reader);
    if (snapshot) result.snapshots.push(snapshot);
    result.lanes[organisation.org_uuid] = toLane(lane, reader.asked);
  }
  if (who.account && (await claudeAi.fetchAccount()).account_uuid !== who.account.account_uuid) {
    throw new MeterError("account-switched");
  }
  throwIfNothingWasRead(result.snapshots, who);
  return result;
}

/** The list of organisations stands in for an account answer that this version cannot read. */
async function fetchWho(claudeAi: ClaudeAi): Promise<Who> {
  try {
    const account = await claudeAi.fetchAccount();
    const organisations =
      account.organisations.length > 0 ? account.organisations : await claudeAi.fetchOrganisations();
    return { account, organisations };
  } catch (error) {
    if (!(error instanceof MeterError) || error.code !== "changed") throw error;
    return { account: undefined, organisations: await claudeAi.fetchOrganisations() };
  }
}

type Reader = ReturnType<typeof createReader>;

/** Asks the parts of one organisation, each in its own lane, and notes what went wrong with which. */
function createReader(lane: Lane, now: () => number) {
  const errors: string[] = [];
  const asked: Asked = {};
  const read = async <T>(part: keyof Lane, fetchPart: () => Promise<T>): Promise<T | undefined> => {
    if (now() < (lane[part] ?? 0)) return undefined;
    try {
      const answer = await fetchPart();
      asked[part] = { atMs: now(), code: undefined };
      return answer;
    } catch (error) {
      if (!(error instanceof MeterError) || !isOnePart(error.code)) throw error;
      const code = part !== "usage" && error.code === "no-plan" ? "not-available" : error.code;
      asked[part] = { atMs: now(), code };
      errors.push(toProblem(part, code));
      return undefined;
    }
  };
  return { read, errors, asked, now };
}

/** Offline too: Chrome itself refuses to ask a URL again that has answered 5xx a few times, and looks offline then. */
function isOnePart(code: MeterErrorCode): code is "no-plan" | "server-error" | "changed" | "offline" {
  return code === "no-plan" || code === "server-error" || code === "changed" || code === "offline";
}

/** Undefined when the organisation has no plan usage: then there is nothing to ask and nothing to report. */
async function fetchSnapshot(
  claudeAi: ClaudeAi,
  account: Account | undefined,
  organisation: Organisation,
  reader: Reader,
): Promise<Snapshot | undefined> {
  const { org_uuid } = organisation;
  const usage = await reader.read("usage", () => claudeAi.fetchUsage(org_uuid));
  if (!usage && !reader.asked.usage) return undefined;
  const overage = usage && (await reader.read("overage", () => claudeAi.fetchOverage(org_uuid)));
  const subscription = usage && (await reader.read("subscription", () => claudeAi.fetchSubscription(org_uuid)));
  return {
    account_uuid: account?.account_uuid ?? null,
    account_email: account?.account_email ?? null,
    ...organisation,
    fetched_at: usage?.fetched_at ?? toIso(reader.now()),
    usage: usage?.value.usage ?? null,
    windows: usage?.value.windows ?? [],
    money: usage?.value.money ?? null,
    overage: overage?.value ?? null,
    overage_fetched_at: overage?.fetched_at ?? null,
    subscription: subscription?.value ?? null,
    subscription_fetched_at: subscription?.fetched_at ?? null,
    errors: [
      ...(account ? [] : [toProblem("account", "changed")]),
      ...reader.errors,
      ...(usage?.value.problems ?? []),
    ].slice(0, 60),
  };
}

/** One failing organisation among several is its own problem; when all fail alike, claude.ai is. */
function throwIfNothingWasRead(snapshots: readonly Snapshot[], who: Who): void {
  if (snapshots.some((snapshot) => snapshot.usage !== null) || who.organisations.length === 0) return;
  const errors = snapshots.flatMap((snapshot) => snapshot.errors);
  if (errors.includes("usage: server-error")) throw new MeterError("server-error");
  if (errors.includes("usage: changed")) throw new MeterError("changed");
  if (errors.includes("usage: offline")) throw new MeterError("offline");
}
