// The real Claude Code on the screen of a real tmux, with the hooks and the status line of `setup --claude-code`.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
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
  const variables = Object.entries(pane.environment).map(([name, value]) => `${name}='${value}'`);
  const command = `cd '${pane.project}' && exec env -i ${variables.join(" ")} claude`;
  tmux = await openTmux(command, { columns: 120, lines: 40, environment: {} });
  await tmux.shows("5h 20% · week 40%");
});
afterEach(async () => {
  await tmux.close();
  await pane.remove();
});

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
});
