// The real Claude Code whose turns a limit stops: what `handovers` knows of them, and what it goes on with after the reset.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { openTmux, type Tmux } from "../harness/tmux.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createStandInApi, type StandInApi } from "../stand-in-api/stand-in-api.ts";
import { createPane, type Pane } from "./pane.ts";

const listSchema = z.array(
  z.object({
    session_id: z.string(),
    folder: z.string(),
    state: z.string(),
    limit: z.object({ window: z.string(), resets_at: z.string() }),
  }),
);

/** The client goes on by itself 30 to 90 s after the reset, and our hook may hold it back for 50 s more. */
const LONGEST_MS = 200_000;

let api: StandInApi;
let pane: Pane;
const screens: Tmux[] = [];
beforeAll(async () => {
  api = await createStandInApi();
});
afterAll(async () => {
  await api.close();
});
beforeEach(async () => {
  pane = await createPane({ hasHooks: true, hasNoMeter: true });
});
afterEach(async () => {
  for (const screen of screens.splice(0)) await screen.close();
  await pane.start("tmux", "kill-server");
  await pane.remove();
});

async function list() {
  const { stdout } = await pane.start("claude-meter", "handovers", "--json");
  return listSchema.parse(JSON.parse(stdout));
}

async function readStates(): Promise<Record<string, string>> {
  return Object.fromEntries((await list()).map(({ folder, state }) => [folder, state]));
}

/** A folder that Claude Code asks nothing about. */
async function createProject(name: string): Promise<string> {
  const folder = join(pane.home, name);
  await mkdir(folder);
  const path = join(pane.home, ".claude.json");
  const schema = z.looseObject({ projects: z.record(z.string(), z.unknown()) });
  const settings = schema.parse(JSON.parse(await readFile(path, "utf8")));
  settings.projects[folder] = { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true };
  await writeFile(path, JSON.stringify(settings));
  return folder;
}

async function openSession(folder: string): Promise<Tmux> {
  const variables = Object.entries(pane.environment).map(([name, value]) => `${name}='${value}'`);
  const command = `cd '${folder}' && exec env -i ${variables.join(" ")} claude`;
  const screen = await openTmux(command, { columns: 120, lines: 40, environment: {} });
  screens.push(screen);
  await screen.shows("❯", "auto mode on");
  return screen;
}

async function ask(screen: Tmux, prompt: string): Promise<void> {
  await screen.type(prompt);
  await screen.shows(prompt);
  await screen.type("Enter");
}

/** How often, and when first, a session of this folder was asked to go on. */
async function readResumes(folder: string): Promise<{ count: number; firstAt: string }> {
  const name = folder.replaceAll(/[^a-zA-Z0-9]/g, "-");
  const { stdout } = await pane.start("sh", "-c", `cat '${pane.home}/.claude/projects/${name}/'*.jsonl`);
  const asked = stdout
    .split("\n")
    .filter((line) => line.includes('"type":"user"') && line.includes("The usage limit that stopped this session"));
  return { count: asked.length, firstAt: /"timestamp":"([^"]+)"/.exec(asked[0] ?? "")?.[1] ?? "" };
}

const stop = (folder: string, tag: string) => pane.start("sh", "-c", `cd '${folder}' && claude -p 'Do it. [[${tag}]]'`);

test("three that were stopped are resumed in tmux, in order; a fourth that its client continues is not", async () => {
  const folders = [await createProject("first"), await createProject("second"), await createProject("third")];
  const kept = await createProject("kept");
  const open = await openSession(kept);
  await ask(open, "Do it. [[limit5h for=20]]");
  await waitFor(readStates, (states) => states[kept] === "open");
  for (const folder of folders) expect((await stop(folder, "limit5h for=20")).code).toBe(1);
  const stopped = await waitFor(list, (all) => all.length === 4);
  expect(stopped.map(({ folder, state, limit }) => [folder, state, limit.window])).toEqual([
    [kept, "open", "five_hour"],
    ...folders.map((folder) => [folder, "pending", "five_hour"]),
  ]);

  const resume = () =>
    pane.start("claude-meter", "handovers", "resume", "--all", "--tmux", "--grace", "2s", "--spread", "2s");
  const { code, stderr } = await resume();
  expect(code, stderr).toBe(0);
  expect(stderr).toContain("left alone: it is still open");
  const lastReset =
    stopped
      .map(({ limit }) => limit.resets_at)
      .sort()
      .at(-1) ?? "";
  expect(Date.now()).toBeGreaterThan(Date.parse(lastReset));
  const resumes = await waitFor(
    () => Promise.all(folders.map(readResumes)),
    (all) => all.every(({ count }) => count > 0),
  );
  const moments = resumes.map(({ firstAt }) => firstAt);
  expect(moments).toEqual([...moments].sort());

  await waitFor(readStates, (states) => states[kept] === "continued", LONGEST_MS);
  await open.shows("Continuing automatically", "Done: 42.");
  expect((await resume()).stderr).not.toContain("tmux window");
  expect((await Promise.all(folders.map(readResumes))).map(({ count }) => count)).toEqual([1, 1, 1]);
  expect((await readResumes(kept)).count).toBe(0);
  expect((await pane.start("tmux", "list-windows", "-a", "-F", "#{window_name}")).stdout).toBe(
    "first\nsecond\nthird\n",
  );
}, 300_000);

test("a new session in the folder says once what was stopped there", async () => {
  const folder = await createProject("first");
  expect((await stop(folder, "limit5h")).code).toBe(1);
  const [stopped] = await waitFor(list, (all) => all.length === 1);
  const id = stopped?.session_id ?? "none";
  // An agent without a person before it is told nothing, and uses nothing up.
  expect((await stop(folder, "ok")).code).toBe(0);
  const screen = await openSession(folder);
  await screen.shows("1 session in this folder was stopped by a usage limit", `claude --resume ${id}`);
  const second = await openSession(folder);
  expect((await second.readScreen()).join("\n")).not.toContain("was stopped by a usage limit");
});
