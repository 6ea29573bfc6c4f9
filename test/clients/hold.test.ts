// The real clients behind a proxy that waits for them: at the limit of a plan, and in a busy hour of the server.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { openTmux, type Tmux } from "../harness/tmux.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createStandInApi, type StandInApi } from "../stand-in-api/stand-in-api.ts";
import { type Pane, type PaneOptions, withPane } from "./pane.ts";

const STREAM = ["--output-format", "stream-json", "--verbose"];
/** Without the pauses that spread panes over a minute. */
const AT_ONCE = ["--grace", "0s", "--spread", "0s"];
const HOLD = ["--proxy", "--hold", "40s", ...AT_ONCE];
/** Overage is refused in every answer. */
const REFUSED = /"status":"rejected"|api_retry/;
const AGENT_SDK = fileURLToPath(new URL("agent-sdk-caller.mjs", import.meta.url));

let api: StandInApi;
beforeAll(async () => {
  api = await createStandInApi();
});
afterAll(() => api.close());

/** What was asked with this prompt's own tag. */
function toAsked(name: string) {
  return api.requests.filter(({ once }) => once === name);
}

async function isWaiting(pane: Pane) {
  const [run] = await waitFor(
    () => pane.readRuns(),
    ([first]) => first?.state === "waiting" && first.child_pid !== null,
    30_000,
  );
  return run;
}

describe("--hold", () => {
  test.concurrent("lets a turn at the limit go on after the reset, with one request and no word of it", () =>
    withPane({}, async (pane) => {
      const command = ["claude", "-p", "Do it. [[limit5h for=9 once=plain]]", ...STREAM];
      const { code, stdout } = await pane.run(HOLD, command);
      expect(code).toBe(0);
      expect(stdout).toContain('"result":"Done: 42."');
      expect(stdout).not.toMatch(REFUSED);
      const [refused, done, ...more] = toAsked("plain");
      expect([refused?.status, done?.status, more]).toEqual([429, 200, []]);
      expect((done?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThan(8_000);
    }));

  test.concurrent("holds a turn between two tools, waiting in `runs` with its time, and running again", () =>
    withPane({}, async (pane) => {
      const command = ["claude", "-p", "Do it. [[limit5h sleep=1 for=15 once=tools]]", ...STREAM];
      const run = pane.start("claude-meter", "run", ...HOLD, "--", ...command);
      const waiting = await isWaiting(pane);
      expect(waiting).toMatchObject({ state: "waiting", reason: "held-turn", exit_code: null });
      const leftMs = Date.parse(waiting?.resume_at ?? "") - Date.parse(waiting?.started_at ?? "");
      expect(leftMs).toBeGreaterThan(5_000);
      expect((await pane.start("claude-meter", "runs")).stdout).toMatch(/waiting .*its turn is held, resumes /);
      const { code, stdout } = await run;
      expect([code, stdout.includes("slept"), REFUSED.test(stdout)]).toEqual([0, true, false]);
      const [ended] = await pane.readRuns();
      expect(ended).toMatchObject({ state: "completed", exit_code: 0, restarts: 0, resume_at: null });
    }));

  test.concurrent("serves the Agent SDK alike", () =>
    withPane({}, async (pane) => {
      const command = [process.execPath, AGENT_SDK, "Do it. [[limit5h for=7 once=agent-sdk]]"];
      const { code, stdout } = await pane.run(HOLD, command);
      expect([code, stdout.includes("Done: 42."), REFUSED.test(stdout)]).toEqual([0, true, false]);
      expect(toAsked("agent-sdk").map(({ status }) => status)).toEqual([429, 200]);
    }));

  test.concurrent("that ends without an answer leaves the client its own sentence", () =>
    withPane({}, async (pane) => {
      const command = ["claude", "-p", "Do it. [[limit5h for=7 stays=yes once=fails]]"];
      const { code, stdout } = await pane.run(["--proxy", "--hold", "14s", ...AT_ONCE], command);
      expect(stdout).toMatch(/^You've hit your 5-hour limit · resets /);
      expect(code).toBe(75);
      // Refused, refused after the reset, and the client's own last try.
      expect(toAsked("fails").map(({ status }) => status)).toEqual([429, 429, 429]);
    }));

  test.concurrent("is no wait for a reset that is further away", () =>
    withPane({}, async (pane) => {
      const command = ["claude", "-p", "Do it. [[limit5h for=3000 once=far]]"];
      const { code, stdout } = await pane.run(HOLD, command);
      expect([code, stdout.startsWith("You've hit your 5-hour limit")]).toEqual([75, true]);
      expect(toAsked("far")).toHaveLength(1);
    }));
});

const variablesSchema = z.record(z.string(), z.string());
const placeSchema = z.looseObject({ pid: z.int() });

test("five panes at one proxy go on one by one", { timeout: 120_000 }, () =>
  withPane({}, async (pane) => {
    const proxy = pane.start("claude-meter", "proxy", "--port", "0", "--hold", "60s", ...AT_ONCE);
    const environment = await waitFor(
      () => pane.start("claude-meter", "proxy", "env", "--json"),
      ({ code }) => code === 0,
      20_000,
    );
    const variables = Object.entries(variablesSchema.parse(JSON.parse(environment.stdout))).map(
      ([name, value]) => `${name}=${value}`,
    );
    const names = ["a", "b", "c", "d", "e"];
    const prompt = "Do it. [[limit5h for=20 once=five]]";
    const ended = await Promise.all(names.map(() => pane.start("env", ...variables, "claude", "-p", prompt)));
    expect(ended.map(({ code, stdout }) => [code, stdout])).toEqual(names.map(() => [0, "Done: 42.\n"]));
    const asked = toAsked("five");
    expect(asked.filter(({ status }) => status === 429)).toHaveLength(5);
    const goneOn = asked.filter(({ status }) => status === 200).map(({ at }) => at);
    const gaps = goneOn.slice(1).map((at, index) => at - (goneOn[index] ?? 0));
    console.log(`five held turns went on ${gaps.join(", ")} ms after one another`);
    expect(goneOn).toHaveLength(5);
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(290);
    const place = await readFile(join(pane.home, "meter", "proxy.json"), "utf8");
    const { pid } = placeSchema.parse(JSON.parse(place));
    process.kill(pid, "SIGTERM");
    await proxy;
  }),
);

describe("a session on the screen", () => {
  async function withSession(options: readonly string[], use: (pane: Pane, tmux: Tmux) => Promise<void>) {
    await withPane({}, async (pane) => {
      const variables = Object.entries(pane.environment).map(([name, value]) => `${name}='${value}'`);
      const run = `claude-meter run --tty ${options.join(" ")} -- claude`;
      const command = `cd '${pane.project}' && exec env -i ${variables.join(" ")} ${run}`;
      const tmux = await openTmux(command, { columns: 120, lines: 40, environment: {} });
      try {
        await tmux.shows("❯", "auto mode on");
        await use(pane, tmux);
      } finally {
        await tmux.close();
      }
    });
  }

  async function ask(tmux: Tmux, prompt: string) {
    await tmux.type(prompt);
    await tmux.shows(prompt);
    await tmux.type("Enter");
  }

  test("is answered after the reset", () =>
    withSession(HOLD, async (pane, tmux) => {
      await ask(tmux, "Do it. [[limit5h for=12 once=screen]]");
      expect(await isWaiting(pane)).toMatchObject({ reason: "held-turn" });
      await waitFor(tmux.readScreen, (screen) => screen.join("\n").includes("Done: 42."), 30_000);
      expect((await tmux.readScreen()).join("\n")).not.toContain("hit your");
    }));

  test("ends a hold at once by Esc", () =>
    withSession(["--proxy", "--hold", "2h", ...AT_ONCE], async (pane, tmux) => {
      await ask(tmux, "Do it. [[limit5h for=3600 once=esc]]");
      expect(await isWaiting(pane)).toMatchObject({ reason: "held-turn" });
      const pressedMs = Date.now();
      await tmux.type("Escape");
      await waitFor(
        () => pane.readRuns(),
        ([run]) => run?.state === "running",
      );
      console.log(`a hold ended ${Date.now() - pressedMs} ms after Esc, \`runs\` included`);
    }));
});

describe("--smooth", () => {
  const retries: PaneOptions = { environment: { CLAUDE_CODE_MAX_RETRIES: "10" } };

  test.concurrent("lets an overload pass before the client hears of it", () =>
    withPane(retries, async (pane) => {
      const command = ["claude", "-p", "Do it. [[overloaded for=3 once=short]]", ...STREAM];
      const { code, stdout } = await pane.run(["--proxy", "--smooth"], command);
      expect([code, stdout.includes("api_retry")]).toEqual([0, false]);
    }));

  test.concurrent("gives up after five tries, and the client does not begin with its own ten", () =>
    withPane(retries, async (pane) => {
      const command = ["claude", "-p", "Do it. [[overloaded once=long]]", ...STREAM];
      const { code, stdout } = await pane.run(["--proxy", "--smooth"], command);
      expect([code, stdout.includes("api_retry"), stdout.includes("529")]).toEqual([1, false, true]);
      expect(toAsked("long").map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 529));
    }));
});

/** Minutes of real time, for whoever wants to see a long one: CLAUDE_METER_HOLD_MINUTES=20. */
const minutes = Number(process.env["CLAUDE_METER_HOLD_MINUTES"] ?? 0);
describe.runIf(minutes > 0)("a long hold", () => {
  const limitMs = (minutes + 3) * 60_000;
  test.concurrent("is one that the client stays for", { timeout: limitMs }, () =>
    withPane({ limitMs }, async (pane) => {
      const command = ["claude", "-p", `Do it. [[limit5h sleep=1 for=${minutes * 60} once=long-hold]]`, ...STREAM];
      const { code, stdout } = await pane.run(["--proxy", "--hold", "10h", ...AT_ONCE], command);
      console.log(`asked: ${JSON.stringify(toAsked("long-hold").map(({ at, status }) => [status, at]))}`);
      expect([code, stdout.includes("slept"), REFUSED.test(stdout)]).toEqual([0, true, false]);
    }),
  );
});
