// docs/examples/queue.sh over ten jobs of a real Claude Code that meet everything a night can bring, and an operator who
// starts it again whenever it stops.
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createStandInApi, type StandInApi } from "../stand-in-api/stand-in-api.ts";
import { createPane, type Pane } from "./pane.ts";

const QUEUE = fileURLToPath(new URL("../../docs/examples/queue.sh", import.meta.url));

/** Trouble meets only the first session that asks; "at 96 %" is what the meter shows once that job has started. */
const JOBS = {
  plain: "job 1 [[ok]]",
  paid: "job 2 [[limit5h overage=allowed]]",
  throttled: "job 3 [[throttle once=throttled]]",
  overloaded: "job 4 [[overloaded once=overloaded]]",
  blocked: "job 5 at 98 % [[ok]]",
  second: "job 6 [[ok]]",
  denied: "job 7 at 96 % [[ok sleep=0]]",
  third: "job 8 [[ok]]",
  limited: "job 9 [[limit5h once=limited]]",
  last: "job 10 [[ok]]",
};

/** Between the gate and the agent's hooks another agent used the quota up; later it is there again. */
const FILL_ONCE = `for share in 96 98; do
  case "$2" in *"at $share %"*)
    [ -e "$HOME/was-$share" ] || cp "$HOME/at-$share.json" "$CLAUDE_METER_HOME/status.json"
    touch "$HOME/was-$share" ;;
  esac
done`;

let api: StandInApi;
beforeAll(async () => {
  api = await createStandInApi();
});
afterAll(async () => {
  await api.close();
});

let pane: Pane;
let prompts: string;
beforeEach(async () => {
  pane = await createPane({ hasHooks: true, beforeClaude: FILL_ONCE });
  for (const share of [96, 98]) {
    await pane.showOnMeter(share);
    await copyFile(join(pane.home, "meter", "status.json"), join(pane.home, `at-${share}.json`));
  }
  const settings = join(pane.home, ".claude", "settings.json");
  const hooks = await readFile(settings, "utf8");
  await writeFile(settings, hooks.replace("hook user-prompt", "hook user-prompt --max 97"));
  prompts = join(pane.home, "prompts.txt");
  await writeFile(prompts, `${Object.values(JOBS).join("\n")}\n`);
});
afterEach(async () => {
  await pane.remove();
});

/** Once: its exit code, each line the operator sees, and the jobs that are done by then. */
async function startQueue() {
  await pane.showOnMeter(20);
  const { code, stderr } = await pane.start(QUEUE, prompts, "--max", "99");
  const done = (await readFile(`${prompts}.done`, "utf8")).split("\n").filter((line) => line !== "");
  console.log(`queue.sh ended with ${code}, ${done.length} done:\n${stderr}`);
  return { code, lines: stderr.trimEnd().split("\n"), done };
}

function toFailed(job: string): string {
  return `queue: "${job}" failed with exit code 1`;
}

describe("queue.sh", () => {
  test("stops where work was held back or refused, and does each of its ten jobs once", async () => {
    const first = await startQueue();
    expect(first.done).toEqual([JOBS.plain, JOBS.paid]);
    expect(first.lines).toEqual([
      expect.stringMatching(/^claude-meter: .*throttle/),
      toFailed(JOBS.throttled),
      expect.stringMatching(/^claude-meter: .*overload/),
      toFailed(JOBS.overloaded),
      expect.stringMatching(/held back|held-back/),
    ]);
    expect(first.code).toBe(75);

    const second = await startQueue();
    expect(second.done).toEqual([...first.done, JOBS.throttled, JOBS.overloaded, JOBS.blocked, JOBS.second]);
    expect(second.lines).toEqual([expect.stringMatching(/held back|held-back|denied/)]);
    expect(second.code).toBe(75);

    const third = await startQueue();
    expect(third.done).toEqual([...second.done, JOBS.denied, JOBS.third]);
    expect(third.lines).toEqual([expect.stringMatching(/^Claude 5-hour limit reached, resets .*; stopping$/)]);
    expect(third.code).toBe(75);

    const fourth = await startQueue();
    expect(fourth.done).toEqual([...third.done, JOBS.limited, JOBS.last]);
    expect(fourth).toMatchObject({ code: 0, lines: [""] });
  }, 300_000);
});
