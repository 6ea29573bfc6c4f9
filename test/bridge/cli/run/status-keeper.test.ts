// What the status of a run says of a turn that its proxy holds.
import { join } from "node:path";
import { expect } from "vitest";
import { createStatusKeeper } from "../../../../bridge/cli/run/status-keeper.ts";
import { readRun } from "../../../../bridge/state/run-files.ts";
import type { RunStatus } from "../../../../bridge/state/run-status.ts";
import { test } from "../../../harness/test.ts";
import { waitFor } from "../../../harness/wait-for.ts";

const START = "2026-11-27T12:00:00.000Z";
const first: RunStatus = {
  schema: 1,
  id: "0123",
  state: "running",
  label: null,
  command: "claude",
  pid: 1,
  child_pid: 2,
  started_at: START,
  heartbeat_at: START,
  ended_at: null,
  exit_code: null,
  restarts: 0,
  limit: null,
  resume_at: null,
};

test("a held turn is waiting with its time, and its end is running again; news after the command's end are none", async ({
  folder,
}) => {
  const path = join(folder, "run.json");
  const now = () => Date.parse(START);
  const onError = (error: unknown) => expect.unreachable(String(error));
  const keeper = createStatusKeeper({ path, first, stalledAfterMs: 60_000, onError, now });
  const shows = (state: string) =>
    waitFor(
      () => readRun(path),
      (status) => status !== "gone" && status?.state === state,
    );
  keeper.hold(undefined);
  await shows("running");
  keeper.hold(Date.parse(START) + 3_600_000);
  expect(await shows("waiting")).toMatchObject({ reason: "held-turn", resume_at: "2026-11-27T13:00:00.000Z" });
  keeper.hold(undefined);
  expect(await shows("running")).toMatchObject({ reason: null, resume_at: null });
  keeper.hold(Date.parse(START) + 3_600_000);
  const ending = keeper.end("failed", 1);
  keeper.hold(Date.parse(START) + 3_600_000);
  await ending;
  expect(await shows("failed")).toMatchObject({ reason: null, resume_at: null });
});
