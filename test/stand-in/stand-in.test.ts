// The stand-in itself over real HTTPS: shapes, sessions, each failure, the clock, and play.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { createAccounts } from "./accounts.ts";
import type { FailureRule } from "./failure.ts";
import { playUsage } from "./play.ts";
import { createStandIn, type StandIn, type StandInOptions } from "./stand-in.ts";
import type { StandInOrganisation, UsageState } from "./stand-in-account.ts";
import { toUsageBody } from "./usage-body.ts";

const NOON = Date.UTC(2026, 10, 20, 12);
const HOUR_MS = 3_600_000;
const ca = readFileSync(new URL("./certificate.pem", import.meta.url));
const { alice, bob, carol, dave, erin, frank } = createAccounts(NOON);
const [aliceApi, aliceMax] = [alice.organisations[0]?.uuid ?? "", alice.organisations[1]?.uuid ?? ""];
const usageOf = (uuid: string) => `/api/organizations/${uuid}/usage`;

async function start(options: StandInOptions = {}): Promise<StandIn> {
  const standIn = await createStandIn({ now: () => NOON, ...options });
  onTestFinished(standIn.close);
  return standIn;
}

async function get({ port }: StandIn, path: string, options: { as?: string; cookie?: string; method?: string } = {}) {
  const cookie = options.as === undefined ? options.cookie : `theme=dark; sessionKey=sk-ant-sid02-${options.as}`;
  const headers = { host: "claude.ai", ...(cookie === undefined ? {} : { cookie }) };
  const call = request({ host: "127.0.0.1", port, path, headers, ca, agent: false, method: options.method ?? "GET" });
  call.end();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    call.once("response", resolve).once("error", reject);
  });
  const body = await text(response);
  const isJson = response.headers["content-type"] === "application/json";
  const json = (): unknown => (isJson ? JSON.parse(body) : undefined);
  return { status: response.statusCode, headers: response.headers, body, json };
}

test("the account and its organisations come in the server's order, API-only first", async () => {
  const standIn = await start();
  const account = await get(standIn, "/api/account", { as: "alice" });
  expect(account.json()).toMatchObject({
    uuid: alice.uuid,
    email_address: "alice@example.com",
    memberships: [
      { organization: { uuid: aliceApi, capabilities: ["api"], rate_limit_tier: "auto_api_evaluation" } },
      { organization: { uuid: aliceMax, capabilities: ["claude_max", "chat"], raven_type: null } },
    ],
  });
  const organisations = await get(standIn, "/api/organizations", { as: "bob" });
  expect(organisations.json()).toMatchObject([
    { uuid: bob.organisations[0]?.uuid, rate_limit_tier: "default_claude_ai" },
    { uuid: frank.organisations[0]?.uuid, raven_type: "team" },
  ]);
});

test("each era has its own number of keys", () => {
  const keys = (["2025", "2026-05", "2026-10"] as const).map(
    (era) => Object.keys(toUsageBody({ ...createOrganisation(), era }, NOON)).length,
  );
  expect(keys).toEqual([7, 11, 27]);
});

function createOrganisation() {
  const [organisation] = createAccounts(NOON).bob.organisations;
  if (!organisation) throw new Error("bob has an organisation");
  return organisation;
}

test("a usage body shows windows with microseconds, one headline row, and pools", async () => {
  const { json } = await get(await start(), usageOf(aliceMax), { as: "alice" });
  expect(json()).toMatchObject({
    five_hour: { utilization: 42, resets_at: "2026-11-20T14:00:00.000000+00:00", locked_reason: null },
    iguana_necktie: { limit_dollars: 250, used_dollars: 57.46, remaining_dollars: 192.54 },
    extra_usage: { is_enabled: false, currency: null },
    limits: [
      { kind: "session", percent: 42, severity: "normal", is_active: false, scope: null },
      { kind: "weekly_all", percent: 63, is_active: false },
      { kind: "weekly_scoped", percent: 78, severity: "warning", is_active: true, scope: { model: { id: null } } },
    ],
    weekly_scoped_shares: [{ limit_index: 2 }],
  });
});

test.each([
  [carol, { five_hour: null, limits: [], member_dashboard_available: true, spend: { used: { amount_minor: 279 } } }],
  [dave, { five_hour: null, seven_day: null, limits: [], extra_usage: null, spend: null, nimbus_quill: null }],
  [erin, { spend: { used: { amount_minor: 1500, currency: "JPY", exponent: 0 } }, extra_usage: { decimal_places: 0 } }],
])("$name's plan has the usage body of its kind", async (account, shape) => {
  const { json } = await get(await start(), usageOf(account.organisations[0]?.uuid ?? ""), { as: account.name });
  expect(json()).toMatchObject(shape);
});

test("overage and subscription follow the scenario, payment data included", async () => {
  const standIn = await start();
  const base = `/api/organizations/${carol.organisations[0]?.uuid}`;
  const overage = await get(standIn, `${base}/overage_spend_limit`, { as: "carol" });
  expect(overage.json()).toMatchObject({ is_enabled: true, monthly_credit_limit: 20_000, used_credits: 279 });
  const subscription = await get(standIn, `${base}/subscription_details`, { as: "carol" });
  expect(subscription.json()).toMatchObject({
    next_charge_date: "2026-12-05",
    payment_method: { brand: "visa", last4: "4242" },
  });
  const none = await get(standIn, `/api/organizations/${aliceMax}/overage_spend_limit`, { as: "alice" });
  expect(none.status).toBe(404);
});

test("a usage body of one's own is sent as it is", async () => {
  const organisation: StandInOrganisation = { ...createOrganisation(), usageBody: { five_hour: "odd" } };
  const standIn = await start({ accounts: [{ ...bob, organisations: [organisation] }] });
  expect((await get(standIn, usageOf(organisation.uuid), { as: "bob" })).json()).toEqual({ five_hour: "odd" });
  organisation.usageBody = '{"five_hour": 1e999';
  expect((await get(standIn, usageOf(organisation.uuid), { as: "bob" })).body).toBe('{"five_hour": 1e999');
});

test("a login sets the session cookie and a logout clears it", async () => {
  const standIn = await start();
  const login = await get(standIn, "/login?as=alice");
  const cookie = login.headers["set-cookie"]?.[0] ?? "";
  expect(login).toMatchObject({ status: 302, headers: { location: "/" } });
  expect(cookie).toMatch(/^sessionKey=\S+; Max-Age=86400; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  const session = cookie.split(";")[0] ?? "";
  expect((await get(standIn, "/settings/usage", { cookie: session })).body).toContain("alice@example.com");
  expect((await get(standIn, "/api/account", { cookie: session })).status).toBe(200);
  expect((await get(standIn, "/logout", { cookie: session })).headers["set-cookie"]?.[0]).toContain("Max-Age=0");
  expect((await get(standIn, "/")).body).toContain("Nobody is signed in");
  expect((await get(standIn, "/login?as=mallory")).status).toBe(404);
});

test.each([
  ["no session", "/api/account", {}, 403, "account_session_invalid"],
  ["an unknown session", "/api/account", { as: "mallory" }, 403, "account_session_invalid"],
  ["somebody else's organisation", usageOf(aliceMax), { as: "bob" }, 403, "Invalid authorization for organization"],
  ["an API-only organisation", usageOf(aliceApi), { as: "alice" }, 403, "Invalid authorization for organization"],
  ["a malformed uuid", usageOf("none"), {}, 400, "Invalid organization uuid"],
  ["an unknown path", "/api/constructor", { as: "alice" }, 404, "not_found_error"],
  ["a write", "/api/account", { as: "alice", method: "POST" }, 405, "Method not allowed"],
])("%s is refused as on claude.ai", async (_name, path, options, status, words) => {
  const answer = await get(await start(), path, options);
  expect(answer.status).toBe(status);
  expect(answer.body).toContain(words);
});

const HTML = "text/html; charset=utf-8";
const JSON_TYPE = "application/json";
const answered: [FailureRule, number, string, RegExp][] = [
  [{ kind: "signed-out" }, 403, JSON_TYPE, /account_session_invalid/],
  [{ kind: "challenge" }, 403, HTML, /Just a moment/],
  [{ kind: "challenge-without-header" }, 403, HTML, /challenge-platform/],
  [{ kind: "html-200" }, 200, HTML, /unavailable in region/],
  [{ kind: "html-403" }, 403, HTML, /^(?!.*challenge).*Forbidden/],
  [{ kind: "redirect-login" }, 302, HTML, /^$/],
  [{ kind: "rate-limited" }, 429, JSON_TYPE, /rate_limit_error/],
  [{ kind: "server-error" }, 500, JSON_TYPE, /api_error/],
  [{ kind: "overloaded" }, 529, JSON_TYPE, /overloaded_error/],
  [{ kind: "bad-gateway" }, 502, HTML, /Bad Gateway/],
  [{ kind: "empty" }, 200, JSON_TYPE, /^$/],
  [{ kind: "truncated-json" }, 200, JSON_TYPE, /^\{"five_hour".*[^}]$/],
  [{ kind: "too-large" }, 200, JSON_TYPE, /^\{"five_hour".*\} {1000}/],
  [{ kind: "slow", delayMs: 5 }, 200, JSON_TYPE, /^\{"five_hour"/],
  [{ kind: "error-200" }, 200, JSON_TYPE, /^\{"type":"error"/],
  [{ kind: "unknown-keys-200" }, 200, JSON_TYPE, /^\{"hello":1\}$/],
  [{ kind: "proto" }, 200, JSON_TYPE, /^\{"__proto__":\{.*"constructor":\{.*"five_hour"/],
];
test.each(answered)("failure $kind answers as it says, until healed", async (rule, status, type, body) => {
  const standIn = await start();
  standIn.fail(rule);
  const failed = await get(standIn, usageOf(aliceMax), { as: "alice" });
  expect(failed).toMatchObject({ status, headers: { "content-type": type } });
  expect(failed.body).toMatch(body);
  expect(failed.headers["cf-mitigated"]).toBe(rule.kind === "challenge" ? "challenge" : undefined);
  expect(failed.body.length >= 10_000_000).toBe(rule.kind === "too-large");
  standIn.heal();
  const healed = await get(standIn, usageOf(aliceMax), { as: "alice" });
  expect(healed.json()).toHaveProperty("five_hour.utilization", 42);
});

test.each(["truncated", "reset"] as const)("failure %s breaks the connection", async (kind) => {
  const standIn = await start();
  standIn.fail({ kind });
  await expect(get(standIn, "/api/account", { as: "alice" })).rejects.toThrow(/aborted|hang up|reset/i);
});

test("a hanging request ends only with the server, which closes at once, idle sockets included", async () => {
  const standIn = await start();
  standIn.fail({ kind: "hang" });
  const hung = expect(get(standIn, "/api/account", { as: "alice" })).rejects.toThrow();
  const idle = connect(standIn.port, "127.0.0.1");
  const closed = once(idle, "close");
  // Its answer shows that the server has accepted the two before.
  await get(standIn, "/");
  await standIn.close();
  await closed;
  await hung;
});

test.each(["0", "120", "-1", "soon", "Fri, 20 Nov 2026 12:05:00 GMT"])("Retry-After %s is sent", async (retryAfter) => {
  const standIn = await start();
  standIn.fail({ kind: "rate-limited", retryAfter });
  expect((await get(standIn, "/api/account")).headers["retry-after"]).toBe(retryAfter);
});

test("a failure can be meant for one path and a number of times, and rules follow each other", async () => {
  const standIn = await start();
  standIn.fail({ kind: "server-error", path: /usage$/g, times: 2 });
  standIn.fail({ kind: "overloaded", path: /usage$/, times: 1 });
  const statuses: (number | undefined)[] = [];
  for (const path of ["/api/account", ...Array<string>(4).fill(usageOf(aliceMax))]) {
    statuses.push((await get(standIn, path, { as: "alice" })).status);
  }
  expect(statuses).toEqual([200, 500, 500, 529, 200]);
});

test("a session can turn into another account between two requests, and back", async () => {
  const standIn = await start();
  standIn.switchAccountAfter(1, "bob");
  for (const path of ["/api/account", "/api/account", usageOf(aliceMax)]) await get(standIn, path, { as: "alice" });
  expect(standIn.requests.map((request) => request.account)).toEqual(["alice", "bob", "bob"]);
  standIn.heal();
  expect((await get(standIn, "/api/account", { as: "alice" })).json()).toHaveProperty("uuid", alice.uuid);
});

test("the Date header and the list of requests follow the clock", async () => {
  let nowMs = NOON;
  const standIn = await start({ now: () => nowMs });
  expect((await get(standIn, "/?x=1")).headers.date).toBe("Fri, 20 Nov 2026 12:00:00 GMT");
  nowMs += HOUR_MS;
  expect((await get(standIn, "/api/account", { as: "bob" })).headers.date).toBe("Fri, 20 Nov 2026 13:00:00 GMT");
  expect(standIn.requests).toEqual([
    { method: "GET", path: "/?x=1", cookie: false, at: NOON, secFetchSite: undefined },
    { method: "GET", path: "/api/account", cookie: true, at: nowMs, secFetchSite: undefined, account: "bob" },
  ]);
});

test("Chromium is told where claude.ai is and which key to accept", async () => {
  const { chromiumArguments, port, spki } = await start();
  expect(chromiumArguments).toEqual([
    `--host-resolver-rules=MAP claude.ai:443 127.0.0.1:${port}`,
    `--ignore-certificate-errors-spki-list=${spki}`,
  ]);
  expect(spki).toMatch(/^[A-Za-z0-9+/]{43}=$/);
});

test("a session window opens at the first use, only rises, and closes after five hours", () => {
  let usage: UsageState = { ...createOrganisation().usage, five_hour: { utilization: 0, resets_at: null } };
  const play = (hour: number, chance: number) => {
    usage = playUsage(usage, HOUR_MS, { nowMs: NOON + hour * HOUR_MS, random: () => chance, speed: 1 });
    return usage.five_hour;
  };
  expect(play(0, 0)).toEqual({ utilization: 0, resets_at: null });
  expect(play(1, 0.5)).toEqual({ utilization: 18, resets_at: "2026-11-20T18:00:00.000Z" });
  expect(play(2, 1)).toEqual({ utilization: 54, resets_at: "2026-11-20T18:00:00.000Z" });
  expect(play(4, 1)?.utilization).toBe(90);
  expect(play(5, 1)?.utilization).toBe(100);
  expect(play(6, 0)).toEqual({ utilization: 0, resets_at: null });
});

test("speed shortens windows; a weekly and a scoped window go on at their next reset", () => {
  const usage = erin.organisations[0]?.usage ?? createOrganisation().usage;
  const nowMs = NOON + 73 * HOUR_MS;
  const played = playUsage(usage, 60_000, { nowMs, random: () => 0.5, speed: 60 });
  expect(played.five_hour?.resets_at).toBe(new Date(nowMs + 300_000).toISOString());
  expect(played.seven_day?.utilization).toBeCloseTo(18 * 0.12);
  expect(played.seven_day?.resets_at).toBe(new Date(NOON + 72 * HOUR_MS + (7 * 24 * HOUR_MS) / 60).toISOString());
  expect(played.scoped[0]?.percent).toBeCloseTo(18 * 0.2);
  expect(usage.five_hour?.utilization).toBe(88);
});
