// A machine without any browser and the real Claude Code: from setup over a limit and its reset to a closed network and a
// token that has expired. The meter's clock is set on; the client's is not.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { parsePrintedRows } from "../harness/printed-row.ts";
import { createStandInApi, type StandInApi } from "../stand-in-api/stand-in-api.ts";
import { type Pane, withPane } from "./pane.ts";

const CLOCK = fileURLToPath(new URL("../harness/clock.mjs", import.meta.url));
const MINUTE = 60_000;
const settingsSchema = z.looseObject({
  cachedUsageUtilization: z.optional(z.looseObject({ fetchedAtMs: z.number() })),
});
const credentialsSchema = z.object({ claudeAiOauth: z.looseObject({}) });

let api: StandInApi;
beforeAll(async () => {
  api = await createStandInApi();
});
afterAll(() => api.close());

let offsetMs = 0;

/** Resets count from the meter's clock on. */
function say(fiveHour: number, resetsInMs: number): void {
  const toReset = (ms: number) => new Date(Date.now() + offsetMs + ms).toISOString();
  const body = {
    five_hour: { utilization: fiveHour, resets_at: toReset(resetsInMs) },
    seven_day: { utilization: 40, resets_at: toReset(3 * 86_400_000) },
  };
  api.setUsage({ status: 200, body });
}

async function setCredentials(pane: Pane, expiresAt: number): Promise<void> {
  const path = join(pane.home, ".claude", ".credentials.json");
  const { claudeAiOauth } = credentialsSchema.parse(JSON.parse(await readFile(path, "utf8")));
  await writeFile(path, JSON.stringify({ claudeAiOauth: { ...claudeAiOauth, expiresAt } }));
}

/** Within a minute of an answer the client shows that again; for it, no time has passed. */
async function ageSnapshot(pane: Pane, ms: number): Promise<void> {
  const path = join(pane.home, ".claude.json");
  const settings = settingsSchema.parse(JSON.parse(await readFile(path, "utf8")));
  const { cachedUsageUtilization: cached } = settings;
  if (cached) cached.fetchedAtMs -= ms;
  await writeFile(path, JSON.stringify(settings, null, 2));
}

test("setup, first row, guard, run, limit, reset, closed network, token expired", () =>
  withPane({ hasNoMeter: true, hasNoBrowser: true }, async (pane) => {
    const clockFile = join(pane.home, "clock");
    const setClock = async (ms: number) => {
      await ageSnapshot(pane, ms - offsetMs);
      offsetMs = ms;
      await writeFile(clockFile, String(ms));
    };
    await setClock(0);
    Object.assign(pane.environment, {
      NODE_OPTIONS: `--import ${CLOCK}`,
      CLOCK_FILE: clockFile,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "",
    });
    const meter = (...args: string[]) => pane.start("claude-meter", ...args);
    const readRows = async () => parsePrintedRows((await meter("--json")).stdout);
    const gate = async () => (await meter("guard", "--no-wait")).code;
    try {
      say(42, 60 * MINUTE);
      const setup = await meter("setup", "--yes", "--no-autostart");
      expect(setup).toMatchObject({ code: 0, stderr: "" });
      expect(setup.stdout).toContain("no browser found: reading through Claude Code");
      expect(await readRows()).toMatchObject([
        { source: "claude-code", state: "fresh", windows: [{ id: "five_hour", utilization: 42 }, { id: "seven_day" }] },
      ]);
      expect(api.countUsage()).toBe(1);

      expect(await gate()).toBe(0);
      expect(await pane.run([], ["claude", "-p", "Do it. [[ok]]"])).toMatchObject({ code: 0 });
      expect(await gate()).toBe(0);

      // Nobody waits: the row grows old and nobody is asked.
      const asked = api.countUsage();
      await setClock(11 * MINUTE);
      expect(await gate()).toBe(69);
      expect(api.countUsage()).toBe(asked);

      say(100, 30 * MINUTE);
      expect(await meter("refresh")).toMatchObject({ code: 0 });
      expect(await gate()).toBe(75);

      await setClock(42 * MINUTE);
      say(2, 300 * MINUTE);
      expect(await meter("guard", "--spread", "0s", "--grace", "0s")).toMatchObject({ code: 0 });
      expect(await readRows()).toMatchObject([{ windows: [{ utilization: 2 }, {}] }]);

      api.setUsage("closed");
      await setClock(54 * MINUTE);
      expect(await meter("refresh")).toMatchObject({ code: 69 });
      expect(await gate()).toBe(69);
      expect((await meter("sources")).stdout).toContain("it answered without numbers");

      // Nobody renews it here, so the client asks with what the server takes no more.
      const error = { type: "authentication_error", message: "OAuth token has expired." };
      api.setUsage({ status: 401, body: { type: "error", error } });
      await setCredentials(pane, Date.now() - 1);
      await setClock(76 * MINUTE);
      expect(await meter("refresh")).toMatchObject({ code: 69 });
      expect(await gate()).toBe(69);

      say(3, 300 * MINUTE);
      await setCredentials(pane, Date.now() + 365 * 86_400_000);
      await setClock(109 * MINUTE);
      expect(await meter("refresh")).toMatchObject({ code: 0 });
      expect(await gate()).toBe(0);
      expect(api.countUsage()).toBeLessThanOrEqual(7);
    } finally {
      await meter("bridge", "stop");
    }
  }));
