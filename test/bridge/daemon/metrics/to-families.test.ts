// What Prometheus is told of a row: nothing that is stale or unknown as a value, and no text from outside at all.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noLimits } from "../../../../bridge/daemon/limits/merge-limits.ts";
import { createCounts } from "../../../../bridge/daemon/metrics/counts.ts";
import { formatFamilies } from "../../../../bridge/daemon/metrics/format-families.ts";
import { toFamilies } from "../../../../bridge/daemon/metrics/to-families.ts";
import type { Status } from "../../../../shared/row.ts";
import { parseExposition } from "../../../harness/parse-exposition.ts";
import { toRuns } from "../../../harness/property-runs.ts";
import {
  ACCOUNT_UUID,
  createInstall,
  createRowWindow,
  createStatus,
  createStoredRow,
  createWitness,
  INSTALL_UUID,
  ORG_UUID,
} from "../../../shared/wire-examples.ts";

/** Ten seconds after the example row was read. */
const NOW_MS = Date.parse("2026-11-20T10:00:10.000Z");
const MINUTE = 60_000;
const row = { org: ORG_UUID, account: ACCOUNT_UUID };

function list(status: Status, nowMs = NOW_MS) {
  return toFamilies({ status, limits: noLimits, counts: createCounts(), version: "0.1.0", nowMs });
}

/** Labels and value of every sample of one metric. */
function read(name: string, status: Status, nowMs = NOW_MS) {
  return list(status, nowMs)
    .find((family) => family.name === name)
    ?.samples.map((sample) => [sample.labels, sample.value]);
}

function withWindow(more: Parameters<typeof createRowWindow>[0]): Status {
  return createStatus({ rows: [createStoredRow({ windows: [createRowWindow(more)] })] });
}

describe("a row", () => {
  test("is told as fractions, moments in seconds, and money with its currency", () => {
    const status = createStatus();
    expect(read("claude_meter_utilization_ratio", status)).toEqual([[{ ...row, window: "five_hour" }, 0.42]]);
    const resets = Date.parse("2026-11-20T12:00:00.000Z") / 1000;
    expect(read("claude_meter_resets_at_seconds", status)).toEqual([[{ ...row, window: "five_hour" }, resets]]);
    expect(read("claude_meter_money_used", status)).toEqual([[{ ...row, currency: "USD" }, 12.34]]);
    expect(read("claude_meter_money_limit", status)).toEqual([[{ ...row, currency: "USD" }, 50]]);
    expect(read("claude_meter_age_seconds", status)).toEqual([[row, 10]]);
    expect(read("claude_meter_stale", status)).toEqual([[row, 0]]);
  });

  test("that is stale has its age and no value", () => {
    const status = createStatus();
    const laterMs = NOW_MS + 11 * MINUTE;
    for (const name of ["utilization_ratio", "resets_at_seconds", "money_used", "money_limit"]) {
      expect(read(`claude_meter_${name}`, status, laterMs)).toEqual([]);
    }
    expect(read("claude_meter_age_seconds", status, laterMs)).toEqual([[row, 670]]);
    expect(read("claude_meter_stale", status, laterMs)).toEqual([[row, 1]]);
  });

  test.each([
    { name: "whose reset has passed", more: { resets_at: "2026-11-20T09:59:00.000Z" } },
    { name: "of which the server says nothing", more: { utilization: null } },
  ])("has no value and no reset for a window $name", ({ more }) => {
    expect(read("claude_meter_utilization_ratio", withWindow(more))).toEqual([]);
    expect(read("claude_meter_resets_at_seconds", withWindow(more))).toEqual([]);
  });

  test("has a zero for a window that has not started, and no reset", () => {
    const status = withWindow({ utilization: 0, resets_at: null });
    expect(read("claude_meter_utilization_ratio", status)).toEqual([[{ ...row, window: "five_hour" }, 0]]);
    expect(read("claude_meter_resets_at_seconds", status)).toEqual([]);
  });

  test("does not tell the day a pool expires as a reset", () => {
    const status = withWindow({ id: "pool:credits", scope: "pool" });
    expect(read("claude_meter_utilization_ratio", status)).toHaveLength(1);
    expect(read("claude_meter_resets_at_seconds", status)).toEqual([]);
  });

  test("over its limit is more than one", () => {
    expect(read("claude_meter_utilization_ratio", withWindow({ utilization: 104 }))?.[0]?.[1]).toBe(1.04);
  });

  test("that two sources contradict is disputed and has the higher value", () => {
    const { five_hour, ...windows } = createWitness().windows;
    const witness = createWitness({
      windows: { ...windows, five_hour: { utilization: 60, resets_at: five_hour?.resets_at ?? null } },
    });
    const status = createStatus({ rows: [createStoredRow({ witness })] });
    expect(read("claude_meter_disputed", status)).toEqual([[row, 1]]);
    expect(read("claude_meter_utilization_ratio", status)?.[0]?.[1]).toBe(0.6);
  });

  test("that can not be told from another by its ids is left out, because one series would jump between the two", () => {
    const rows = ["a@example.com", "b@example.com"].map((account_email) =>
      createStoredRow({ account_uuid: null, account_email }),
    );
    expect(read("claude_meter_age_seconds", createStatus({ rows }))).toEqual([]);
    const [first] = rows;
    const alone = createStatus({ rows: first ? [first] : [] });
    expect(read("claude_meter_age_seconds", alone)).toEqual([[{ org: ORG_UUID, account: "unknown" }, 10]]);
  });
});

describe("a browser profile", () => {
  test("has a one for the state of its newest poll and a zero for all others", () => {
    const status = createStatus({ installs: [createInstall({ state: "signed-out" })] });
    const samples = read("claude_meter_poll_state", status) ?? [];
    expect(samples).toContainEqual([{ install: INSTALL_UUID, browser: "Chrome", state: "signed-out" }, 1]);
    expect(samples).toContainEqual([{ install: INSTALL_UUID, browser: "Chrome", state: "ok" }, 0]);
    expect(samples.filter(([, value]) => value === 1)).toHaveLength(1);
    expect(read("claude_meter_poll_age_seconds", status)).toEqual([[{ install: INSTALL_UUID, browser: "Chrome" }, 10]]);
  });

  test("that has been silent for more than a week is gone", () => {
    expect(read("claude_meter_poll_age_seconds", createStatus(), NOW_MS + 8 * 24 * 60 * MINUTE)).toEqual([]);
  });
});

describe("hostile text", () => {
  const nasty = fc.oneof(
    fc.string({ minLength: 1, maxLength: 40 }),
    fc.constantFrom(
      '"',
      '"} 1\nclaude_meter_utilization_ratio{window="x"} 0.01',
      "\\",
      "\\n",
      "a,b",
      "{}",
      "# EOF",
      "é\u2028",
    ),
  );

  test("in labels, models, names and e-mails is in no line of the text", async () => {
    await fc.assert(
      fc.asyncProperty(nasty, fc.boolean(), async (raw, isOpenMetrics) => {
        const text = `⟦${raw}⟧`;
        const windows = [createRowWindow({ label: text, model: text, severity: null })];
        const rows = [createStoredRow({ windows, org_name: text, account_email: text })];
        const exposition = await formatFamilies(list(createStatus({ rows })), isOpenMetrics);
        expect(exposition.text).not.toContain("⟦");
        parseExposition(exposition.text, isOpenMetrics ? "openmetrics" : "text");
      }),
      toRuns(200),
    );
  });

  test("as a label's value is that value and nothing else, whatever stands in it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(nasty, { maxLength: 6 }), fc.boolean(), async (ids, isOpenMetrics) => {
        // The wire lets no such id in; the text must not depend on that.
        const windows = ids.map((id) => createRowWindow({ id }));
        const families = list(createStatus({ rows: [createStoredRow({ windows })] }));
        const { text } = await formatFamilies(families, isOpenMetrics);
        const series = parseExposition(text, isOpenMetrics ? "openmetrics" : "text");
        const told = series.filter(({ name }) => name === "claude_meter_utilization_ratio");
        expect(told.map(({ labels }) => labels["window"])).toEqual(ids);
        expect(told.every(({ value }) => value === 0.42)).toBe(true);
      }),
      toRuns(300),
    );
  });
});

test("an empty bridge has no row and no zero in the place of one", async () => {
  const { text } = await formatFamilies(list(createStatus({ rows: [], installs: [] })), true);
  const names = parseExposition(text, "openmetrics").map(({ name }) => name);
  expect(names).not.toContain("claude_meter_utilization_ratio");
  expect(new Set(names)).toEqual(
    new Set(
      ["polls", "ingested_snapshots", "unreadable_snapshots", "refused_requests", "defects"]
        .map((name) => `claude_meter_${name}_total`)
        .concat("claude_meter_build_info"),
    ),
  );
});
