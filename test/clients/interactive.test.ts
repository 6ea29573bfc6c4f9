// The real Claude Code on the screen of a real tmux, with the hooks and the status line of `setup --claude-code`.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { jsonObjectSchema } from "../../shared/json.ts";
import { statusSchema } from "../../shared/row.ts";
import { openTmux, type Tmux } from "../harness/tmux.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createStandInApi, type StandInApi } from "../stand-in-api/stand-in-api.ts";
import { createPane, type Pane } from "./pane.ts";

let api: StandInApi;
beforeAll(async () => {
  api = await createStandInApi();
});
afterAll(async () => {
  await api.close();
});

let pane: Pane;
let tmux: Tmux;
beforeEach(async () => {
  pane = await createPane({ hasHooks: true });
});
afterEach(async () => {
  await tmux.close();
  await pane.remove();
});

async function openSession(): Promise<void> {
  const variables = Object.entries(pane.environment).map(([name, value]) => `${name}='${value}'`);
  const command = `cd '${pane.project}' && exec env -i ${variables.join(" ")} claude`;
  tmux = await openTmux(command, { columns: 120, lines: 40, environment: {} });
  await tmux.shows("❯", "auto mode on");
}

async function ask(prompt: string): Promise<void> {
  await tmux.type(prompt);
  await tmux.shows(prompt);
  await tmux.type("Enter");
}

/** A prompt that is typed into the end of a turn is queued, and its refusal is then not shown in full. */
async function hasEnded(turns: number): Promise<void> {
  await waitFor(tmux.readScreen, (screen) => screen.filter((line) => /· done \d/.test(line)).length === turns);
}

describe("a session on the screen", () => {
  test("shows the quota, warns the agent at 83 %, and holds a prompt back at 96 %", async () => {
    await openSession();
    await tmux.shows("5h 20% · week 40%");
    // The session itself is told a number by each answer; it is the meter's own.
    await pane.showOnMeter(31, 52);
    await ask("Begin. [[ok used=31]]");
    await tmux.shows("Done: 42.");
    await hasEnded(1);

    await pane.showOnMeter(83, 52);
    await ask("Go on. [[hears used=83]]");
    await tmux.shows("I was told: Claude quota: 83 % of the 5-hour window", "5h 83% · week 52%");
    await hasEnded(2);

    await pane.showOnMeter(96, 52);
    const before = api.count("late");
    await ask("Once more. [[late]]");
    await tmux.shows("Claude quota: 96 % of the 5-hour window", "This prompt was held back.");
    expect(api.count("late")).toBe(before);
  });

  test("that has no status line and meets a limit tells the bridge which, with its exact reset", async () => {
    const settings = join(pane.home, ".claude", "settings.json");
    const { statusLine: _, ...others } = jsonObjectSchema.parse(JSON.parse(await readFile(settings, "utf8")));
    await writeFile(settings, JSON.stringify(others));
    const resetSeconds = Math.ceil(Date.now() / 1000) + 3_600;
    expect((await pane.start("claude-meter", "bridge", "start")).code).toBe(0);
    try {
      await openSession();
      await ask(`Do it. [[limit5h until=${resetSeconds}]]`);
      const path = join(pane.home, "meter", "status.json");
      const { rows } = await waitFor(
        async () => statusSchema.parse(JSON.parse(await readFile(path, "utf8"))),
        (status) => status.rows[0]?.sources !== undefined,
      );
      const five_hour = { utilization: 100, resets_at: new Date(resetSeconds * 1000).toISOString() };
      expect(rows[0]?.sources).toMatchObject([{ source: "transcript", windows: { five_hour } }]);
    } finally {
      await pane.start("claude-meter", "bridge", "stop");
    }
  });
});
