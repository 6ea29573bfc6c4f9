// `claude-meter handovers` and the hooks that feed it, with a stand-in for `claude` that writes down how it was started.
import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect } from "vitest";
import * as z from "zod";
import type { Handover } from "../../bridge/state/handover-record.ts";
import type { Home } from "../harness/home.ts";
import { createUsualRow, toMoment } from "../harness/recent-row.ts";
import { test } from "../harness/test.ts";
import { createHandover, SESSION } from "../shared/handover-examples.ts";

const OTHER = "11111111-db55-47b4-a587-32f8f4a4b713";
const listSchema = z.array(z.looseObject({ session_id: z.string(), state: z.string(), folder: z.string() }));

let home: Home;
let project: string;

test.beforeEach(async ({ home: own }) => {
  home = own;
  project = join(home.folder, "project");
  for (const folder of ["project", "bin", "handovers", ".claude/sessions"]) {
    await mkdir(join(home.folder, folder), { recursive: true });
  }
  const claude = join(home.folder, "bin", "claude");
  await writeFile(claude, '#!/bin/sh\necho "$PWD|$CLAUDE_CONFIG_DIR|$*" >>"$HOME/started"\n');
  await chmod(claude, 0o700);
});

const environment = () => ({ PATH: `${join(home.folder, "bin")}:${dirname(process.execPath)}:/usr/bin:/bin` });
const run = (...args: string[]) => home.run(["handovers", ...args], { environment: environment() });

/** Stopped an hour ago by a limit that has reset since. */
async function keep(change: Partial<Handover> = {}): Promise<Handover> {
  const handover = createHandover({
    folder: project,
    limit: { class: "plan", window: "five_hour", resets_at: toMoment(-600_000) },
    week_resets_at: toMoment(3 * 86_400_000),
    cut_at: toMoment(-3_600_000),
    ...change,
  });
  await writeFile(join(home.folder, "handovers", `${handover.session_id}.json`), JSON.stringify(handover));
  return handover;
}

async function list() {
  const { stdout } = await run("--json");
  return listSchema.parse(JSON.parse(stdout)).map(({ session_id, state }) => [session_id, state]);
}

async function readStarts(): Promise<string[]> {
  const text = await readFile(join(home.folder, "started"), "utf8").catch(() => "");
  return text.split("\n").slice(0, -1);
}

const hook = (verb: string, input: object, more: Record<string, string> = {}) =>
  home.run(["hook", verb], { stdin: JSON.stringify(input), environment: more });

describe("a session that a limit stopped", () => {
  const toFailure = async () => {
    const transcript = join(home.folder, "session.jsonl");
    const quotaLimits = { status: "rejected", rateLimitType: "five_hour", resetsAt: 2_000_000_000 };
    const row = { type: "assistant", timestamp: toMoment(0), isApiErrorMessage: true, quotaLimits };
    await writeFile(transcript, `${JSON.stringify(row)}\n`);
    return {
      hook_event_name: "StopFailure",
      error: "rate_limit",
      session_id: SESSION,
      cwd: project,
      transcript_path: transcript,
    };
  };

  test("is written down for its owner alone, with its exact reset", async () => {
    expect(await hook("stop-failure", await toFailure())).toMatchObject({ code: 0, stdout: "{}\n", stderr: "" });
    const path = join(home.folder, "handovers", `${SESSION}.json`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    const [only] = z.array(z.unknown()).parse(JSON.parse((await run("--json")).stdout));
    expect(only).toMatchObject({
      folder: project,
      limit: { window: "five_hour", resets_at: "2033-05-18T03:33:20.000Z" },
    });
    expect((await run()).stdout).toContain(`${SESSION}  pending, 5-hour limit, resets 18 May`);
  });

  test("is not, within a run, which goes on with its work or lets its queue", async () => {
    await hook("stop-failure", await toFailure(), { CLAUDE_METER_RUN: OTHER });
    expect(await list()).toEqual([]);
  });

  test("pushes out what is older than two weeks, with its claim", async () => {
    const old = await keep({ session_id: OTHER, cut_at: toMoment(-15 * 86_400_000) });
    await writeFile(join(home.folder, "handovers", `${OTHER}.${Date.parse(old.cut_at)}.claim`), "");
    await hook("stop-failure", await toFailure());
    expect(await readdir(join(home.folder, "handovers"))).toEqual([`${SESSION}.json`]);
  });
});

describe("resume", () => {
  test("goes on in the session's own folder and config dir, and once", async () => {
    await keep({ config_dir: join(home.folder, "other") });
    await mkdir(join(home.folder, "other", "sessions"), { recursive: true });
    expect(await run("resume")).toMatchObject({ code: 0 });
    const [start] = await readStarts();
    expect(start).toContain(`${project}|${join(home.folder, "other")}|-p --resume ${SESSION} The usage limit`);
    expect(await list()).toEqual([[SESSION, "resumed"]]);
    expect((await run("resume", SESSION)).stderr).toContain("it was resumed already");
    expect(await readStarts()).toHaveLength(1);
  });

  test("starts each once when several are asked at the same time", async () => {
    await keep();
    await keep({ session_id: OTHER, cut_at: toMoment(-3_000_000) });
    const ends = await Promise.all([1, 2, 3].map(() => run("resume", "--all", "--spread", "0s")));
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
    const starts = await readStarts();
    expect(starts).toHaveLength(2);
    expect(new Set(starts).size).toBe(2);
  });

  test("takes the one that resets first, first", async () => {
    await keep({ limit: { class: "plan", window: "five_hour", resets_at: toMoment(-300_000) } });
    await keep({ session_id: OTHER, cut_at: toMoment(-3_000_000) });
    await run("resume", "--all", "--spread", "0s");
    expect((await readStarts()).map((start) => start.includes(OTHER))).toEqual([true, false]);
  });

  test("asks which of several is meant", async () => {
    await keep();
    await keep({ session_id: OTHER });
    const ended = await run("resume");
    expect(ended).toMatchObject({ code: 64 });
    expect(ended.stderr).toContain(OTHER);
    expect(await run("resume", OTHER.slice(0, 8))).toMatchObject({ code: 0 });
    expect(await readStarts()).toHaveLength(1);
  });

  test.each([
    ["the weekly limit", { limit: { class: "plan", window: "seven_day", resets_at: toMoment(-600_000) } }],
    ["the 5-hour limit of a week that has ended", { week_resets_at: toMoment(-60_000) }],
  ])("starts into a new week only with --weekly: %s", async (_name, change) => {
    await keep(change);
    const refused = await run("resume");
    expect(refused).toMatchObject({ code: 75 });
    expect(refused.stderr).toContain("--weekly");
    expect(await readStarts()).toEqual([]);
    expect(await run("resume", "--weekly")).toMatchObject({ code: 0 });
    expect(await readStarts()).toHaveLength(1);
  });

  test("before the reset ends with 75 when it is not to wait", async () => {
    await keep({ limit: { class: "plan", window: "five_hour", resets_at: toMoment(3_600_000) } });
    expect(await run("resume", "--no-wait")).toMatchObject({ code: 75 });
    expect(await run("resume", "--max-wait", "30m")).toMatchObject({ code: 75 });
    expect(await readStarts()).toEqual([]);
  });

  test("starts nothing while the meter shows the plan full again", async () => {
    await home.publish(createUsualRow(97, 50, { ageMs: 20_000 }));
    await keep();
    expect(await run("resume", "--no-wait")).toMatchObject({ code: 75 });
    expect(await readStarts()).toEqual([]);
  });

  test("that cannot start anything says so, and leaves it to the next", async () => {
    await keep({ folder: join(home.folder, "gone") });
    const ended = await run("resume");
    expect(ended).toMatchObject({ code: 69 });
    expect(ended.stderr).toContain("folder is gone");
    expect(await list()).toEqual([[SESSION, "pending"]]);
    await mkdir(join(home.folder, "gone"));
    const path = { PATH: dirname(process.execPath) };
    const unfound = await home.run(["handovers", "resume"], { environment: path });
    expect(unfound).toMatchObject({ code: 69 });
    expect(unfound.stderr).toContain("claude: command not found");
    expect(await run("resume")).toMatchObject({ code: 0 });
    expect(await readStarts()).toHaveLength(1);
  });
});

describe("a session that goes on without us is left alone:", () => {
  const prompt = (text: string) => ({ hook_event_name: "UserPromptSubmit", session_id: SESSION, prompt: text });

  test("its client continued it, or somebody typed into it", async () => {
    await keep();
    await hook("user-prompt", prompt("Go on."));
    expect(await list()).toEqual([[SESSION, "continued"]]);
    expect((await run("resume", SESSION)).stderr).toContain("its client continued it");
    expect(await readStarts()).toEqual([]);
  });

  test("but not when the prompt was held back", async () => {
    await home.publish(createUsualRow(97, 50, { ageMs: 20_000 }));
    await keep();
    expect((await hook("user-prompt", prompt("Go on."))).stdout).toContain('"block"');
    expect(await list()).toEqual([[SESSION, "pending"]]);
  });

  test("its transcript has an answer that is newer than the limit", async () => {
    const path = join(home.folder, "t.jsonl");
    const row = { type: "assistant", timestamp: toMoment(-60_000), message: { model: "claude-opus-5-5", content: [] } };
    await writeFile(path, `${JSON.stringify(row)}\n`);
    await keep({ transcript_path: path });
    expect((await run("resume")).stderr).toContain("its client continued it");
    expect(await readStarts()).toEqual([]);
  });

  test("a client still shows it, for as long as that lives", async () => {
    await keep();
    const client = join(home.folder, ".claude", "sessions", `${process.pid}.json`);
    await writeFile(client, JSON.stringify({ pid: process.pid, sessionId: SESSION }));
    expect((await run("resume")).stderr).toContain("it is still open");
    expect(await readStarts()).toEqual([]);
    await writeFile(client, JSON.stringify({ pid: process.pid, sessionId: OTHER }));
    expect(await run("resume")).toMatchObject({ code: 0 });
    expect(await readStarts()).toHaveLength(1);
  });
});

describe("a new session in the folder", () => {
  const start = (more: object = {}) => ({
    hook_event_name: "SessionStart",
    source: "startup",
    session_id: OTHER,
    cwd: project,
    ...more,
  });

  test("is told once what was stopped there", async () => {
    await keep();
    expect((await hook("session-start", start({ cwd: home.folder }))).stdout).toBe("{}\n");
    expect((await hook("session-start", start({ source: "resume" }))).stdout).toBe("{}\n");
    expect((await hook("session-start", start(), { CLAUDE_CODE_ENTRYPOINT: "sdk-cli" })).stdout).toBe("{}\n");
    const { stdout } = await hook("session-start", start());
    const told = z.object({ systemMessage: z.string(), hookSpecificOutput: z.unknown() }).parse(JSON.parse(stdout));
    expect(told.systemMessage).toContain(`claude --resume ${SESSION}`);
    expect(told.hookSpecificOutput).toMatchObject({ hookEventName: "SessionStart" });
    expect((await hook("session-start", start())).stdout).toBe("{}\n");
  });

  test("is not told of what went on already", async () => {
    await keep({ state: "continued" });
    expect((await hook("session-start", start())).stdout).toBe("{}\n");
  });
});

test("near the limit the agent is asked for a note where the resume reads it", async () => {
  await home.publish(createUsualRow(83, 50, { ageMs: 20_000 }));
  const input = { hook_event_name: "UserPromptSubmit", session_id: SESSION, prompt: "Go on." };
  const note = `.claude-handover-${SESSION.slice(0, 8)}.md`;
  expect((await hook("user-prompt", input)).stdout).toContain(note);
  await home.publish(createUsualRow(20, 50, { ageMs: 20_000 }));
  await keep();
  await run("resume", "--no-wait");
  expect((await readStarts())[0]).toContain(note);
});
