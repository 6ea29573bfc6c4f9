// What claude.ai's API answers to an account on a normal day.
import { type Answer, toErrorAnswer, toJsonAnswer, toSignedOutAnswer } from "./answer.ts";
import type { OrganisationKind, StandInAccount, StandInOrganisation } from "./stand-in-account.ts";
import { toUsageBody } from "./usage-body.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ORGANISATION_ROUTE = /^\/api\/organizations\/([^/]*)\/(\w+)$/;
const CREATED_AT = "2025-08-17T23:26:20.240684Z";
const UPDATED_AT = "2026-10-02T10:00:00.000000Z";

const organisationRoutes: Record<string, (organisation: StandInOrganisation, nowMs: number) => Answer> = {
  usage: (organisation, nowMs) => toJsonAnswer(200, organisation.usageBody ?? toUsageBody(organisation, nowMs)),
  overage_spend_limit: (organisation) => toAnswerOrNotFound(toOverageBody(organisation)),
  subscription_details: (organisation) => toAnswerOrNotFound(toSubscriptionBody(organisation)),
};

export function toApiAnswer(path: string, account: StandInAccount | undefined, nowMs: number): Answer {
  const [, uuid, name] = ORGANISATION_ROUTE.exec(path) ?? [];
  // claude.ai looks at the uuid before it looks at the session.
  if (uuid !== undefined && !UUID.test(uuid)) {
    return toErrorAnswer(400, "invalid_request_error", "Invalid organization uuid");
  }
  if (!account) return toSignedOutAnswer();
  if (path === "/api/account") return toJsonAnswer(200, toAccountBody(account));
  if (path === "/api/organizations") return toJsonAnswer(200, account.organisations.map(toOrganisationBody));
  const route = name !== undefined && Object.hasOwn(organisationRoutes, name) ? organisationRoutes[name] : undefined;
  if (!route) return toAnswerOrNotFound(undefined);
  const organisation = account.organisations.find((entry) => entry.uuid === uuid);
  if (!organisation || organisation.kind === "api") {
    return toErrorAnswer(403, "permission_error", "Invalid authorization for organization");
  }
  return route(organisation, nowMs);
}

function toAnswerOrNotFound(body: unknown): Answer {
  return body === undefined ? toErrorAnswer(404, "not_found_error", "Not found") : toJsonAnswer(200, body);
}

function toAccountBody({ uuid, email, name, organisations }: StandInAccount) {
  return {
    tagged_id: "user_01AAAAAAAAAAAAAAAAAAAAAAAA",
    uuid,
    email_address: email,
    full_name: name,
    display_name: name,
    memberships: organisations.map((organisation) => ({
      role: "admin",
      seat_tier: toSeatTier(organisation.kind),
      created_at: CREATED_AT,
      updated_at: UPDATED_AT,
      organization: toMembershipOrganisation(organisation),
    })),
    settings: {},
  };
}

function toSeatTier(kind: OrganisationKind): string | null {
  return kind === "team" || kind === "enterprise" ? `${kind}_standard` : null;
}

const kinds = {
  free: [["chat"], null, "default_claude_ai", null],
  pro: [["claude_pro", "chat"], null, "default_claude_ai", "stripe_subscription"],
  "max-5x": [["claude_max", "chat"], null, "default_claude_max_5x", "stripe_subscription"],
  "max-20x": [["claude_max", "chat"], null, "default_claude_max_20x", "stripe_subscription"],
  team: [["chat", "raven"], "team", "default_raven", "stripe_subscription"],
  enterprise: [
    ["raven_enterprise", "raven", "chat", "analytics_api", "compliance_logging"],
    "enterprise",
    "default_raven_enterprise",
    "stripe_subscription_contracted",
  ],
  api: [["api"], null, "auto_api_evaluation", "prepaid"],
} as const satisfies Record<OrganisationKind, readonly [readonly string[], string | null, string, string | null]>;

function toMembershipOrganisation({ uuid, name, kind }: StandInOrganisation) {
  const [capabilities, raven_type, rate_limit_tier, billing_type] = kinds[kind];
  return { uuid, name, capabilities, raven_type, rate_limit_tier, billing_type };
}

const NULL_KEYS = [
  ...["parent_organization_uuid", "free_credits_status", "api_disabled_reason", "api_disabled_until"],
  ...["billable_usage_paused_until", "rate_limit_upsell", "claude_ai_bootstrap_models_config", "monitoring_notice"],
  ...["external_mapping", "visibility_status", "home_stripe_account_region", "subscription_pause", "billing_issue"],
  ...["analytics_subscription_plan", "access_block", "subscription_management", "data_retention_periods"],
  ...["data_retention_min_duration_days", "plan_display_label", "plan_display_name", "plan_offer_copy"],
];

function toOrganisationBody(organisation: StandInOrganisation, index: number) {
  return {
    id: 123_456_789 + index,
    ...toMembershipOrganisation(organisation),
    settings: {},
    data_retention: "default",
    created_at: CREATED_AT,
    updated_at: UPDATED_AT,
    merchant_of_record: "anthropic",
    has_icon: false,
    is_workbench_cmek_blocked: false,
    is_internal_org: false,
    active_flags: [],
    member_file_deletion_blocked_by_retention: false,
    has_hosted_code_environments: false,
    ...Object.fromEntries(NULL_KEYS.map((key) => [key, null])),
  };
}

const OVERAGE_NULL_KEYS = [
  ...["seat_tier", "account_uuid", "account_email", "account_name", "group_uuid", "group_name", "group_deleted"],
  ...["org_service_name", "discount_percent", "discount_ends_at", "resolved_group_limit", "settings"],
];

function toOverageBody({ uuid, overage, usage: { money } }: StandInOrganisation) {
  if (!overage || !money) return undefined;
  return {
    organization_uuid: uuid,
    limit_type: "organization",
    ...Object.fromEntries(OVERAGE_NULL_KEYS.map((key) => [key, null])),
    is_enabled: money.enabled,
    monthly_credit_limit: money.limitMinor,
    currency: money.currency,
    used_credits: Math.round(money.usedMinor),
    disabled_reason: money.disabledReason,
    disabled_until: overage.disabled_until,
    out_of_credits: money.disabledReason === "out_of_credits",
    created_at: CREATED_AT,
    updated_at: UPDATED_AT,
  };
}

/** With payment data, so that a test can prove that none of it leaves the edge. */
function toSubscriptionBody({ subscription, usage }: StandInOrganisation) {
  if (!subscription) return undefined;
  const { renews_at, ends_at } = subscription;
  return {
    status: "active",
    next_charge_at: renews_at,
    next_charge_date: renews_at?.slice(0, 10) ?? null,
    plan_ending_at: ends_at,
    plan_ending_before: ends_at?.slice(0, 10) ?? null,
    gift_details: null,
    payment_paused_until: null,
    billing_interval: "monthly",
    currency: (usage.money?.currency ?? "USD").toLowerCase(),
    payment_method: { brand: "visa", country: "US", last4: "4242", type: "card" },
  };
}
