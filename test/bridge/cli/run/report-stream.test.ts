// What a run tells the bridge of the windows that Claude Code names in its messages.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { createLimitDetector } from "../../../../bridge/cli/limit/limit-detector.ts";
import { toReported } from "../../../../bridge/cli/limit/to-reported.ts";
import { createStreamReporter } from "../../../../bridge/cli/run/report-stream.ts";
import { type Reading, readingSchema } from "../../../../shared/reading.ts";
import { test } from "../../../harness/test.ts";
import { ACCOUNT_UUID, ORG_UUID } from "../../../shared/wire-examples.ts";

const RESET_SECONDS = 1_795_176_000;
const RESET = new Date(RESET_SECONDS * 1000).toISOString();

function createEvent(status = "allowed", fiveHour = 0.42) {
  const unifiedWindows = {
    five_hour: { utilization: fiveHour, resetsAt: RESET_SECONDS },
    seven_day_overage_included: { utilization: 1.05, resetsAt: RESET_SECONDS },
    overage: { utilization: 0.2 },
    seven_day: {},
  };
  const rate_limit_info = { status, rateLimitType: "five_hour", resetsAt: RESET_SECONDS, unifiedWindows };
  return { type: "rate_limit_event", rate_limit_info };
}

const windows = {
  five_hour: { utilization: 42, resets_at: RESET },
  seven_day_overage_included: { utilization: 105, resets_at: RESET },
};

function hear(...lines: readonly (string | object)[]) {
  const heard: unknown[] = [];
  const detector = createLimitDetector({ now: Date.now, onWindows: (each) => heard.push(toReported(each)) });
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  detector.push("stdout", Buffer.from(`${text}\n`));
  return heard;
}

describe("a stream of Claude Code's messages", () => {
  test("tells every window in percent, and neither money nor what has no value", () => {
    expect(hear(createEvent())).toEqual([windows]);
  });

  test("tells them whatever they mean for the turn", () => {
    expect(hear(createEvent("rejected"))).toHaveLength(1);
    expect(hear(createEvent("allowed_warning"))).toHaveLength(1);
  });

  test("is no stream among prose, which may be an example", () => {
    expect(hear("as in this event:", createEvent())).toEqual([]);
  });
});

describe("the readings", () => {
  let sent: Reading[];
  const send = (reading: Reading) => {
    sent.push(reading);
    return Promise.resolve();
  };
  test.beforeEach(async ({ folder }) => {
    sent = [];
    vi.stubEnv("HOME", folder);
    const oauthAccount = { accountUuid: ACCOUNT_UUID, organizationUuid: ORG_UUID };
    await writeFile(join(folder, ".claude.json"), JSON.stringify({ oauthAccount }));
    return () => vi.unstubAllEnvs();
  });

  const window = (id: string, usedPercent: number, isRejected = false) => {
    return { window: id, usedPercent, isRejected, atLeastPercent: null, resetsAtMs: null };
  };

  test("are of this pane's login, and sent together at the end at the latest", async () => {
    const reporter = createStreamReporter(send);
    reporter.report([window("five_hour", 41)]);
    reporter.report([window("five_hour", 42), window("seven_day", 7)]);
    expect(sent).toEqual([]);
    await reporter.flush();
    expect(sent).toMatchObject([
      {
        source: "stream",
        account_uuid: ACCOUNT_UUID,
        org_uuid: ORG_UUID,
        windows: { five_hour: { utilization: 42 }, seven_day: { utilization: 7 } },
      },
    ]);
    expect(readingSchema.safeParse(sent[0]).error).toBeUndefined();
  });

  test("are sent at once when a window is full", () => {
    createStreamReporter(send).report([window("five_hour", 100, true)]);
    expect(sent).toHaveLength(1);
  });

  test("are none with a credential in the login's place", async () => {
    vi.stubEnv("CLAUDE_CODE_OAUTH_TOKEN", "x");
    const reporter = createStreamReporter(send);
    reporter.report([window("five_hour", 100, true)]);
    await reporter.flush();
    expect(sent).toEqual([]);
  });
});
