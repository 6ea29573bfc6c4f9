// /metrics of the real bridge process: who may read it, what it says, and what a real Prometheus makes of it.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect } from "vitest";
import * as z from "zod/mini";
import { acknowledgementSchema } from "../../shared/protocol.ts";
import { type Daemon, startDaemon } from "../harness/daemon.ts";
import { toExamplePath } from "../harness/example.ts";
import { findFreePort } from "../harness/free-port.ts";
import { listQuestions, readDashboard } from "../harness/grafana-dashboard.ts";
import { parseExposition, type Series } from "../harness/parse-exposition.ts";
import { runCli, runProgram, startProgram } from "../harness/program.ts";
import { type RawAnswer, send } from "../harness/raw-http.ts";
import { requireTool } from "../harness/require-tool.ts";
import { ask, type Credentials, pairInstall, toJsonBytes } from "../harness/signed-client.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";
import { ACCOUNT_UUID, createPost, createSnapshot, createUsageWindow, ORG_UUID } from "../shared/wire-examples.ts";

const OTHER_ORG = "00000000-0000-4000-8000-0000000000dd";
/** What Prometheus 2 and 3 say they can read. */
const OPEN_METRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
const HOUR = 3_600_000;

let home: string;
let daemon: Daemon;
let browser: Credentials;
let tokenPath: string;
let token: string;

test.beforeEach(async ({ folder }) => {
  home = folder;
  daemon = await startDaemon({ home });
  browser = await pairInstall(home);
  tokenPath = (await runCli(home, ["metrics", "--token-file"])).stdout.trim();
  token = (await readFile(tokenPath, "utf8")).trim();
});

afterEach(async () => {
  await daemon.stop();
});

/** A reading of this moment with 42 %, and one of another organisation that is an hour old. */
async function post(sequence = 1): Promise<number> {
  const resets_at = new Date(Date.now() + 2 * HOUR).toISOString();
  const windows = [createUsageWindow({ resets_at })];
  const fresh = createSnapshot({ windows, fetched_at: toAge(0) });
  const old = createSnapshot({ windows, fetched_at: toAge(HOUR), org_uuid: OTHER_ORG });
  const body = createPost({
    install: browser.install,
    poll: { state: "ok", at: toAge(0), retry_at: null },
    snapshots: [
      { sequence: 2 * sequence - 1, snapshot: fresh },
      { sequence: 2 * sequence, snapshot: old },
    ],
  });
  const answer = await ask(browser, daemon.port, { method: "POST", path: "/snapshots", body: toJsonBytes(body) });
  return acknowledgementSchema.parse(JSON.parse(answer.body)).acknowledged.length;
}

function toAge(ms: number): string {
  return new Date(Date.now() - ms).toISOString();
}

type Scrape = { authorization?: string[]; method?: string; target?: string; more?: [string, string][] };

/** As Prometheus asks. */
async function scrape({
  authorization = [`Bearer ${token}`],
  method = "GET",
  target = "/metrics",
  more = [],
}: Scrape = {}) {
  const answer = await send(daemon.port, {
    method,
    target,
    headers: [
      ["Host", `127.0.0.1:${daemon.port}`],
      ["User-Agent", "Prometheus/2.42.0"],
      ["Accept", OPEN_METRICS],
      ["Accept-Encoding", "gzip"],
      ...authorization.map((value): [string, string] => ["Authorization", value]),
      ["X-Prometheus-Scrape-Timeout-Seconds", "10"],
      ...more,
    ],
  });
  if (!answer) throw new Error("no answer");
  return answer;
}

function readValue(series: readonly Series[], name: string, labels: Record<string, string> = {}): number | undefined {
  const found = series.filter(
    (each) => each.name === name && Object.entries(labels).every(([label, value]) => each.labels[label] === value),
  );
  expect(found.length, name).toBeLessThanOrEqual(1);
  return found[0]?.value;
}

function toShown({ status, body, headers }: RawAnswer) {
  const { date, ...rest } = Object.fromEntries(headers);
  return { status, body, headers: rest };
}

describe("on the port", () => {
  test("the token opens /metrics, in OpenMetrics, with what was posted and no value of what is stale", async () => {
    expect(await post()).toBe(2);
    const answer = await scrape();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    const series = parseExposition(answer.body, "openmetrics");
    const row = { org: ORG_UUID, account: ACCOUNT_UUID };
    expect(readValue(series, "claude_meter_utilization_ratio", { ...row, window: "five_hour" })).toBe(0.42);
    expect(readValue(series, "claude_meter_utilization_ratio", { org: OTHER_ORG })).toBeUndefined();
    expect(readValue(series, "claude_meter_money_used", { ...row, currency: "USD" })).toBe(12.34);
    expect(readValue(series, "claude_meter_stale", { org: OTHER_ORG })).toBe(1);
    expect(readValue(series, "claude_meter_age_seconds", { org: OTHER_ORG })).toBeGreaterThanOrEqual(3_600);
    expect(readValue(series, "claude_meter_poll_state", { install: browser.install, state: "ok" })).toBe(1);
    expect(readValue(series, "claude_meter_ingested_snapshots_total")).toBe(2);
    expect(readValue(series, "claude_meter_polls_total", { state: "ok" })).toBe(1);
    for (const name of ["user@example.com", "Example"]) expect(answer.body).not.toContain(name);
  });

  test("without the token everything is refused in the same words, whatever else is said", async () => {
    const unknown = toShown(await scrape({ authorization: [], target: "/nothing" }));
    expect(unknown).toMatchObject({ status: 401, body: '{"error":"refused"}' });
    const attempts: Scrape[] = [
      { authorization: [] },
      { authorization: ["Bearer "] },
      { authorization: [`Bearer ${"0".repeat(64)}`] },
      { authorization: [`Bearer ${token.slice(1)}`] },
      { authorization: [`Basic ${token}`] },
      { authorization: [token] },
      { authorization: [`Bearer ${token}`, `Bearer ${token}`] },
      { method: "HEAD", authorization: [] },
    ];
    for (const attempt of attempts.slice(0, -1)) {
      expect(toShown(await scrape(attempt)), JSON.stringify(attempt)).toEqual(unknown);
    }
    expect((await scrape(attempts.at(-1))).status).toBe(401);
  });

  test("the token opens nothing but /metrics", async () => {
    const closed = [
      ...["/rows", "/history", "/hello", "/status", "/keys", "/metrics/", "//metrics", "/Metrics"].map((target) => ({
        target,
      })),
      ...["HEAD", "PUT", "DELETE", "OPTIONS"].map((method) => ({ method })),
    ];
    for (const attempt of closed) expect((await scrape(attempt)).status, JSON.stringify(attempt)).toBe(401);
  });

  test.each<[string, string]>([
    ["Origin", "http://evil.test"],
    ["Origin", "null"],
    ["Referer", "http://evil.test/"],
    ["Sec-Fetch-Site", "cross-site"],
    ["Sec-Fetch-Mode", "no-cors"],
    ["Host", "evil.test"],
  ])("a page's %s: %s is refused with the right token too", async (...header) => {
    expect(await scrape({ more: [header] })).toMatchObject({ status: 403, body: '{"error":"refused"}' });
  });

  test("a paired extension needs no metrics and gets none", async () => {
    expect((await ask(browser, daemon.port, { method: "GET", path: "/metrics" })).status).toBe(404);
  });

  test("a replaced token is refused at once, and the new one is taken without a restart", async () => {
    const replaced = await runCli(home, ["metrics", "--new-token"]);
    expect(replaced).toMatchObject({ code: 0, stdout: `${tokenPath}\n` });
    expect((await scrape()).status).toBe(401);
    token = (await readFile(tokenPath, "utf8")).trim();
    expect((await scrape()).status).toBe(200);
  });

  test("what was refused is counted by its reason", async () => {
    await scrape({ authorization: [] });
    await scrape({ more: [["Origin", "http://evil.test"]] });
    const series = parseExposition((await scrape()).body, "openmetrics");
    expect(readValue(series, "claude_meter_refused_requests_total", { code: "unauthorised" })).toBe(1);
    expect(readValue(series, "claude_meter_refused_requests_total", { code: "bad-origin" })).toBe(1);
    expect(readValue(series, "claude_meter_refused_requests_total", { code: "disk-full" })).toBe(0);
  });

  test("500 scrapes beside 50 posts cost no post", async () => {
    const scrapers = Array.from({ length: 10 }, async () => {
      for (let index = 0; index < 50; index += 1) expect((await scrape()).status).toBe(200);
    });
    for (let sequence = 1; sequence <= 50; sequence += 1) expect(await post(sequence)).toBe(2);
    await Promise.all(scrapers);
    const series = parseExposition((await scrape()).body, "openmetrics");
    expect(readValue(series, "claude_meter_ingested_snapshots_total")).toBe(100);
    expect(readValue(series, "claude_meter_defects_total")).toBe(0);
  });
});

describe("claude-meter metrics", () => {
  test("prints them in the older text form, without a token", async () => {
    await post();
    const printed = await runCli(home, ["metrics"]);
    expect(printed).toMatchObject({ code: 0, stderr: "" });
    expect(readValue(parseExposition(printed.stdout, "text"), "claude_meter_utilization_ratio")).toBe(0.42);
  });

  test("without a bridge says so, and still makes the token", async () => {
    await daemon.stop();
    expect(await runCli(home, ["metrics"])).toMatchObject({ code: 69, stdout: "" });
    expect(await runCli(home, ["metrics", "--token-file"])).toMatchObject({ code: 0, stdout: `${tokenPath}\n` });
  });
});

/** Both are in Debian's package `prometheus`. */
const hasPrometheus = requireTool("prometheus") && requireTool("promtool");

const answerSchema = z.object({
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});

/** The documented configuration with this bridge's port and token in it. */
async function writeConfiguration(): Promise<string> {
  const example = await readFile(toExamplePath("prometheus.yml"), "utf8");
  const text = example
    .replace("/etc/prometheus/claude-meter.token", tokenPath)
    .replace("127.0.0.1:63762", `127.0.0.1:${daemon.port}`)
    .replace("scrape_interval: 30s", "scrape_interval: 1s");
  for (const [before, after] of [
    ["63762", String(daemon.port)],
    ["claude-meter.token", tokenPath],
    ["30s", "1s"],
  ] as const) {
    expect(example).toContain(before);
    expect(text).toContain(after);
  }
  await writeFile(join(home, "prometheus-alerts.yml"), await readFile(toExamplePath("prometheus-alerts.yml")));
  const path = join(home, "prometheus.yml");
  await writeFile(path, text);
  return path;
}

describe.runIf(hasPrometheus)("Debian's Prometheus", () => {
  test("scrapes the bridge as documented: up, and with the right values", async () => {
    await post();
    const config = await writeConfiguration();
    const port = await findFreePort();
    const args = [`--config.file=${config}`, `--storage.tsdb.path=${join(home, "tsdb")}`];
    startProgram("prometheus", [...args, `--web.listen-address=127.0.0.1:${port}`], { environment: { HOME: home } });
    const query = async (expression: string) => {
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`;
      const answer = await fetch(url).catch(() => undefined);
      if (answer?.status === 400) throw new Error(`${expression}: ${await answer.text()}`);
      return answer?.ok ? answerSchema.parse(await answer.json()).data.result : [];
    };
    const [up] = await waitFor(
      () => query('up{job="claude-meter"} == 1'),
      (found) => found.length > 0,
    );
    expect(up?.value[1]).toBe("1");
    expect(await query("claude_meter_utilization_ratio")).toMatchObject([
      { metric: { org: ORG_UUID, account: ACCOUNT_UUID, window: "five_hour" }, value: [expect.anything(), "0.42"] },
    ]);
    expect(await query("claude_meter_ingested_snapshots_total")).toMatchObject([{ value: [expect.anything(), "2"] }]);
    expect(await query("claude_meter_resets_at_seconds - time() > 7000")).toHaveLength(1);
    // A rate needs a second scrape; nothing has been refused, so that line of the dashboard stays empty.
    const questions = listQuestions(readDashboard()).filter((question) => !question.includes("refused"));
    for (const question of questions) {
      await waitFor(
        () => query(question),
        (found) => found.length > 0,
      );
    }
  });

  test("promtool finds nothing to say about the metrics", async () => {
    await post();
    const { stdout } = await runCli(home, ["metrics"]);
    expect(await runProgram("promtool", ["check", "metrics"], { stdin: stdout })).toMatchObject({
      stdout: "",
      stderr: "",
      code: 0,
    });
  });

  test("promtool takes the documented configuration with its alerts", async () => {
    const checked = await runProgram("promtool", ["check", "config", await writeConfiguration()]);
    expect(checked).toMatchObject({ code: 0, stderr: "" });
    expect(checked.stdout).toContain("7 rules found");
  });
});
