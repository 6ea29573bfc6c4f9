// What is absurd but allowed; everything else that can be signed and is hostile is sent by test/chaos/hostile.ts.
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readStatus } from "../../bridge/state/read-status.ts";
import { startDaemon } from "../harness/daemon.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { runCli } from "../harness/program.ts";
import { pairInstall } from "../harness/signed-client.ts";
import { listExtremes, readVerdict } from "./hostile-bodies.ts";

const INSTALL = "00000000-0000-4000-8000-0000000000cc";

test("it is kept so that every reader can read it", async () => {
  const home = await createFolder();
  const daemon = await startDaemon({ home });
  onTestFinished(async () => {
    await daemon.stop();
    await removeFolder(home);
  });
  const credentials = await pairInstall(home, INSTALL);
  const unreadable: string[] = [];
  for (const each of listExtremes(INSTALL)) {
    expect(await readVerdict(credentials, daemon.port, each)).toBe("taken");
    const printed = await runCli(home, ["--json"]);
    const table = await runCli(home, []);
    const isRead = readStatus(join(home, "status.json")).kind === "read" && printed.code === 0 && table.code === 0;
    if (!isRead) unreadable.push(each.name);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(table.stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  }
  expect(unreadable).toEqual([]);
});
