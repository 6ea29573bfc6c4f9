// What docs/containers.md promises of a state folder that is mounted read-only, and of a socket that is forwarded.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startDaemon } from "../harness/daemon.ts";
import { writeRows } from "../harness/home.ts";
import { parsePrintedRows } from "../harness/printed-row.ts";
import { CLI_PATH, runCli, runProgram } from "../harness/program.ts";
import { createRecentRow } from "../harness/recent-row.ts";
import { requireTool } from "../harness/require-tool.ts";
import { createTestFolder } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";

const canMount = process.platform === "linux" && process.getuid?.() === 0 && requireTool("unshare");

function readPercent(stdout: string): (number | null | undefined)[] {
  return parsePrintedRows(stdout).map((row) => row.windows[0]?.utilization);
}

test.skipIf(!canMount)(
  "a folder that is mounted read-only shows the newest reading; a mounted file stays the old one",
  async () => {
    const root = await createTestFolder();
    const state = join(root, "state");
    await writeRows(state, [createRecentRow({ windows: [{ utilization: 10 }] })]);
    const cli = `"${process.execPath}" "${CLI_PATH}"`;
    const script = `set -e; cd "${root}"; mkdir folder file; touch file/status.json
    mount --bind state folder; mount -o remount,bind,ro folder; mount --bind state/status.json file/status.json
    touch ready; until [ -e written ]; do sleep 0.05; done
    export CLAUDE_METER_HOME="${root}/folder"; ${cli} --json; ${cli} guard --no-wait; echo "$?"; ${cli} line --format '{5h}'
    ${cli} run --status-file "${root}/run.json" -- echo ran
    CLAUDE_METER_HOME="${root}/file" ${cli} --json`;
    const ended = runProgram("unshare", ["--mount", "/bin/sh", "-c", script], { environment: { HOME: root } });
    await waitFor(
      () => runProgram("test", ["-e", join(root, "ready")]),
      ({ code }) => code === 0,
    );
    await writeRows(state, [createRecentRow({ windows: [{ utilization: 20 }] })]);
    await writeFile(join(root, "written"), "");
    const { stdout, stderr } = await ended;
    const [rows = "", guard, line, ran, old = ""] = stdout.split("\n");
    expect([stderr, readPercent(rows), guard, line, ran, readPercent(old)]).toEqual(["", [20], "0", "20", "ran", [10]]);
  },
);

test.runIf(requireTool("curl"))(
  "what a forwarded socket answers to curl is a status.json for the other side",
  async () => {
    const root = await createTestFolder();
    const [here, remote] = [join(root, "here"), join(root, "remote")];
    await writeRows(here, [createRecentRow({ windows: [{ utilization: 30 }] })]);
    await mkdir(remote, { mode: 0o700 });
    const daemon = await startDaemon({ home: here });
    onTestFinished(async () => void (await daemon.stop()));
    const next = join(remote, "next");
    const asked = ["-sf", "--unix-socket", join(here, "bridge.sock"), "http://claude-meter.sock/rows", "-o", next];
    expect(await runProgram("curl", asked)).toMatchObject({ code: 0 });
    await copyFile(next, join(remote, "status.json"));
    expect(readPercent((await runCli(remote, ["--json"])).stdout)).toEqual([30]);
  },
);
