// All answers of claude.ai that are known, from our own examples and from the public fixtures where they are here, each with
// what a meter has to make of it.
import * as z from "zod/mini";
import { parseAccount } from "../../extension/claude-ai/account.ts";
import { MeterError } from "../../shared/claude-ai/meter-error.ts";
import { type Organisation, parseOrganisations } from "../../shared/claude-ai/organisation.ts";
import { type Overage, parseOverage } from "../../shared/claude-ai/overage.ts";
import { parseSubscription, type Subscription } from "../../shared/claude-ai/subscription.ts";
import { parseUsageBody } from "../../shared/claude-ai/usage-body.ts";
import { parseJson } from "../../shared/json.ts";
import type { PollState } from "../../shared/poll-state.ts";
import type { UsageWindow } from "../../shared/usage-window.ts";
import { everyBody } from "../shared/bodies.ts";
import { type Fixture, FOLDER, publicFixtures, readText, toSource } from "../shared/public-fixtures.ts";
import { createAccounts } from "../stand-in/accounts.ts";
import { type Answer, toJsonAnswer } from "../stand-in/answer.ts";
import { toApiAnswer } from "../stand-in/api-answer.ts";
import type { FailureKind, FailureRule } from "../stand-in/failure.ts";
import type { Era } from "../stand-in/stand-in-account.ts";
import { toUsageBody } from "../stand-in/usage-body.ts";

export type KnownAnswer = {
  /** Its line of the table. */
  group: string;
  name: string;
  rules: FailureRule[];
  /** How the poll went. */
  state: PollState;
  /** What the row tells then; what is not there stays as it was. */
  row: { windows?: string[]; overage?: Overage; subscription?: Subscription };
  /** All that have to be asked, and no other, with what is shown of each. */
  organisations?: (Pick<Organisation, "org_uuid" | "plan"> & { windows: string[] })[];
};

const ACCOUNT = /\/account$/;
const ORGANISATIONS = /\/organizations$/;
const USAGE = /\/usage$/;

/** The states after a failure of every question. One that is never answered takes ten seconds and is left to test/e2e. */
const failures: Partial<Record<FailureKind, PollState>> = {
  "signed-out": "signed-out",
  challenge: "challenge",
  "challenge-without-header": "challenge",
  "html-200": "changed",
  "html-403": "changed",
  "redirect-login": "signed-out",
  "rate-limited": "rate-limited",
  "server-error": "server-error",
  overloaded: "server-error",
  "bad-gateway": "server-error",
  empty: "changed",
  truncated: "offline",
  "truncated-json": "changed",
  "too-large": "changed",
  reset: "offline",
  "error-200": "changed",
  "unknown-keys-200": "changed",
};

/** What the manifest says of an error, in our words: of every question, and of one organisation's usage alone. */
const classes: Readonly<Record<string, { everywhere: PollState; ofUsage: PollState }>> = {
  not_json: { everywhere: "changed", ofUsage: "changed" },
  bug: { everywhere: "changed", ofUsage: "changed" },
  blocked_unknown: { everywhere: "changed", ofUsage: "changed" },
  billing: { everywhere: "changed", ofUsage: "changed" },
  logged_out: { everywhere: "signed-out", ofUsage: "signed-out" },
  challenge: { everywhere: "challenge", ofUsage: "challenge" },
  plan_limit: { everywhere: "rate-limited", ofUsage: "rate-limited" },
  // No plan in this one organisation is a right answer.
  org_no_access: { everywhere: "changed", ofUsage: "ok" },
  auth_invalid: { everywhere: "signed-out", ofUsage: "ok" },
};
const errorExpectSchema = z.strictObject({ class: z.string() });

/** "five_hour 42", of each window; undefined when the answer is not to be understood. */
export function toWanted(body: unknown): string[] | undefined {
  try {
    return parseUsageBody(body).windows.map(toText);
  } catch (error) {
    if (error instanceof MeterError) return undefined;
    throw error;
  }
}

export function toText({
  id,
  utilization,
  last_known,
}: Pick<UsageWindow, "id" | "utilization"> & { last_known?: number | null }): string {
  return `${id} ${utilization ?? last_known ?? "unknown"}`;
}

/**
 * `good` is what the stand-in says of usage by itself. Failures and right answers take turns, because Chrome does not ask
 * a URL again that has answered 5xx a few times in a row.
 */
export function createKnownAnswers(good: unknown): KnownAnswer[] {
  const failing = [
    ...(publicFixtures ?? []).flatMap((fixture) => toErrors(fixture, good)),
    ...Object.entries(failures).flatMap(([kind, state]) =>
      isFailureKind(kind)
        ? toPlaces(`failure: ${state}`, kind, { kind }, { everywhere: state, ofUsage: state }, good)
        : [],
    ),
  ];
  const right = [
    ...(publicFixtures ?? []).flatMap((fixture) => toRight(fixture, good)),
    ...everyBody.map(({ name, body }) => toUsage("our own usage body", name, toJsonAnswer(200, body))),
    ...toGeneratedBodies(),
    ...toOwnLists(good),
  ];
  console.log(
    `answers: ${failing.length} that fail and ${right.length} others; public fixtures ` +
      (publicFixtures ? "among them" : `not here (${FOLDER})`),
  );
  return Array.from({ length: Math.max(failing.length, right.length) }, (_, index) => [
    ...failing.slice(index, index + 1),
    ...right.slice(index, index + 1),
  ]).flat();
}

function isFailureKind(kind: string): kind is FailureKind {
  return Object.hasOwn(failures, kind);
}

/** The same failure of all questions, of usage and of the first. */
function toPlaces(
  group: string,
  name: string,
  rule: FailureRule,
  states: { everywhere: PollState; ofUsage: PollState },
  good: unknown,
): KnownAnswer[] {
  // An account that does not answer is made up for by the list of organisations; only a sign-out says whose rows they are not.
  const isMadeUp = states.everywhere !== "signed-out";
  const windows = toWanted(good) ?? [];
  return [
    { group, name: `${name} everywhere`, rules: [rule], state: states.everywhere, row: {} },
    { group, name: `${name} of usage`, rules: [{ ...rule, path: USAGE }], state: states.ofUsage, row: {} },
    {
      group,
      name: `${name} of the account`,
      rules: [{ ...rule, path: ACCOUNT }],
      state: isMadeUp ? "ok" : states.everywhere,
      row: isMadeUp ? { windows } : {},
    },
  ];
}

function toErrors(fixture: Fixture, good: unknown): KnownAnswer[] {
  if (!toSource(fixture).startsWith("error_")) return [];
  const states = classes[errorExpectSchema.parse(fixture.expect).class];
  if (!states) throw new Error(`${fixture.file} is of a class that has no state here`);
  return toPlaces("public error", fixture.file, { kind: "instead", answer: toAnswer(fixture) }, states, good);
}

function toRight(fixture: Fixture, good: unknown): KnownAnswer[] {
  if (fixture.http_status !== 200 || toSource(fixture).startsWith("error_")) return [];
  const { file: name } = fixture;
  const answer = toAnswer(fixture);
  const windows = toWanted(good) ?? [];
  switch (toSource(fixture)) {
    case "account":
      return [toList("public account or organisations", name, { path: ACCOUNT, answer }, good)];
    case "organizations":
      return [toList("public account or organisations", name, { path: ORGANISATIONS, answer }, good)];
    case "organization": {
      const list = { ...answer, body: `[${answer.body}]` };
      return [toList("public account or organisations", name, { path: ORGANISATIONS, answer: list }, good)];
    }
    case "overage_spend_limit": {
      const overage = parseOverage(parseJson(answer.body));
      return [toMoney(name, { path: /\/overage_spend_limit$/, answer }, { windows, overage })];
    }
    case "subscription_details": {
      const subscription = parseSubscription(parseJson(answer.body));
      return [toMoney(name, { path: /\/subscription_details$/, answer }, { windows, subscription })];
    }
    case "usage":
    case "usage_variant":
      return [toUsage("public usage body", name, answer)];
    default:
      // Of a question that a meter does not ask: a wrong answer to the one that it asks.
      return [toUsage("public answer to another question", name, answer)];
  }
}

function toAnswer(fixture: Fixture): Answer {
  return { status: fixture.http_status ?? 200, headers: fixture.http_headers ?? {}, body: readText(fixture) };
}

function toUsage(group: string, name: string, answer: Answer): KnownAnswer {
  const isJson = answer.headers["content-type"]?.includes("json") === true;
  const windows = isJson ? toWanted(parseJson(answer.body)) : undefined;
  const rules: FailureRule[] = [{ kind: "instead", path: USAGE, answer }];
  return { group, name, rules, state: windows ? "ok" : "changed", row: windows ? { windows } : {} };
}

function toMoney(name: string, given: { path: RegExp; answer: Answer }, row: KnownAnswer["row"]): KnownAnswer {
  const rules: FailureRule[] = [{ kind: "instead", ...given }];
  return { group: "public overage or subscription", name, rules, state: "ok", row };
}

/** Every organisation of the list answers with the good usage. */
function toList(
  group: string,
  name: string,
  { path, answer }: { path: RegExp; answer: Answer },
  good: unknown,
): KnownAnswer {
  const isAccount = path === ACCOUNT;
  const body = parseJson(answer.body);
  const listed = isAccount ? parseAccount(body).organisations : parseOrganisations(z.parse(z.array(z.unknown()), body));
  const rules: FailureRule[] = [
    { kind: "instead", path, answer },
    { kind: "instead", path: USAGE, answer: toJsonAnswer(200, good) },
    // Else the list is not asked for.
    ...(isAccount ? [] : [{ kind: "unknown-keys-200", path: ACCOUNT } as const]),
  ];
  const windows = toWanted(good) ?? [];
  const organisations = listed.map(({ org_uuid, plan }) => ({ org_uuid, plan, windows }));
  return { group, name, rules, state: "ok", row: {}, organisations };
}

function toGeneratedBodies(): KnownAnswer[] {
  const eras: readonly Era[] = ["2025", "2026-05", "2026-10"];
  const nowMs = Date.now();
  return Object.values(createAccounts(nowMs)).flatMap(({ name, organisations }) =>
    organisations
      .filter(({ kind }) => kind !== "api")
      .flatMap((organisation) =>
        eras.map((era) => {
          const answer = toJsonAnswer(200, toUsageBody({ ...organisation, era }, nowMs));
          return toUsage("our own usage body", `${name}, ${organisation.kind}, ${era}`, answer);
        }),
      ),
  );
}

function toOwnLists(good: unknown): KnownAnswer[] {
  const nowMs = Date.now();
  return Object.values(createAccounts(nowMs))
    .filter(({ name }) => name !== "alice")
    .flatMap((account) => [
      toList(
        "our own account or organisations",
        `${account.name}'s account`,
        { path: ACCOUNT, answer: toApiAnswer("/api/account", account, nowMs) },
        good,
      ),
      toList(
        "our own account or organisations",
        `${account.name}'s organisations`,
        { path: ORGANISATIONS, answer: toApiAnswer("/api/organizations", account, nowMs) },
        good,
      ),
    ]);
}
