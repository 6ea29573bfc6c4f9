// Days of work in hindsight: what a browser would have read of the stand-in's accounts, minute by minute or more rarely.
import type { Plan } from "../../shared/claude-ai/organisation.ts";
import { parseUsageBody } from "../../shared/claude-ai/usage-body.ts";
import type { Snapshot } from "../../shared/snapshot.ts";
import { toIso } from "../../shared/time.ts";
import { playUsage } from "../stand-in/play.ts";
import type { OrganisationKind, StandInAccount, StandInOrganisation } from "../stand-in/stand-in-account.ts";
import { toUsageBody } from "../stand-in/usage-body.ts";

export type Past = {
  sinceMs: number;
  untilMs: number;
  stepMs: number;
  random: () => number;
};

const plans: Record<OrganisationKind, Plan | null> = {
  free: "Free",
  pro: "Pro",
  "max-5x": "Max 5x",
  "max-20x": "Max 20x",
  team: "Team",
  enterprise: "Enterprise",
  api: null,
};

/** The accounts stand afterwards as they were at the end of it. */
export function playPast(accounts: readonly StandInAccount[], { sinceMs, untilMs, stepMs, random }: Past): Snapshot[] {
  const snapshots: Snapshot[] = [];
  for (let nowMs = sinceMs; nowMs < untilMs; nowMs += stepMs) {
    const hour = new Date(nowMs).getUTCHours();
    const isWork = hour >= 8 && hour < 19;
    // In the evening the browser runs on, in the night the lid is closed.
    const isAway = hour >= 1 && hour < 7;
    for (const account of accounts) {
      for (const organisation of account.organisations) {
        if (organisation.kind === "api") continue;
        const pace = { nowMs, random: () => (isWork && random() > 0.4 ? random() : 0), speed: 1 };
        organisation.usage = playUsage(organisation.usage, stepMs, pace);
        if (!isAway) snapshots.push(toSnapshot(account, organisation, nowMs));
      }
    }
  }
  return snapshots;
}

function toSnapshot(account: StandInAccount, organisation: StandInOrganisation, nowMs: number): Snapshot {
  const { usage, windows, money } = parseUsageBody(toUsageBody(organisation, nowMs));
  return {
    account_uuid: account.uuid,
    account_email: account.email,
    org_uuid: organisation.uuid,
    org_name: organisation.name,
    plan: plans[organisation.kind],
    fetched_at: toIso(nowMs),
    usage,
    windows,
    money,
    overage: null,
    overage_fetched_at: null,
    subscription: null,
    subscription_fetched_at: null,
    errors: [],
  };
}
