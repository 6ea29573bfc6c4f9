// One browser that sends ten times what the bridge hears of one: it alone is told to wait, and for how long.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type Daemon, startDaemon } from "../harness/daemon.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { send } from "../harness/raw-http.ts";
import { ask, type Credentials, pairInstall, sign, toJsonBytes, toRequest } from "../harness/signed-client.ts";
import { createPost } from "../shared/wire-examples.ts";

const CLOCK = fileURLToPath(new URL("../harness/clock.mjs", import.meta.url));
const HEARD = 1_000;
const SENT = 10 * HEARD;
const FLOOD_AT_ONCE = 20;
const OTHERS = 3;

function toPost({ install }: Credentials) {
  return { method: "POST", path: "/snapshots", body: toJsonBytes(createPost({ install })) };
}

test("one browser floods with ten times as much and is told to wait; three others are heard as ever", {
  timeout: 120_000,
}, async ({ onTestFinished }) => {
  const home = await createFolder();
  const clockFile = join(home, "clock");
  await writeFile(clockFile, "0");
  const environment = { NODE_OPTIONS: `--import=${CLOCK}`, CLOCK_FILE: clockFile };
  const daemon: Daemon = await startDaemon({ home, environment });
  onTestFinished(async () => {
    await daemon.stop();
    await removeFolder(home);
  });
  const flooder = await pairInstall(home);
  const others = await Promise.all(Array.from({ length: OTHERS }, () => pairInstall(home)));

  let sent = 0;
  const heard = new Map<number, number>();
  const flood = async () => {
    while (sent < SENT) {
      sent += 1;
      const { status, isProven, headers } = await ask(flooder, daemon.port, toPost(flooder));
      heard.set(status, (heard.get(status) ?? 0) + 1);
      expect(isProven).toBe(true);
      expect(headers.has("retry-after")).toBe(status === 429);
    }
  };
  const waitsMs: number[] = [];
  const post = async (other: Credentials) => {
    for (let posts = 0; posts < HEARD && sent < SENT; posts += 1) {
      const answer = await ask(other, daemon.port, toPost(other));
      expect(answer).toMatchObject({ status: 200, isProven: true });
      waitsMs.push(answer.ms);
    }
  };
  await Promise.all([...Array.from({ length: FLOOD_AT_ONCE }, flood), ...others.map(post)]);
  expect(heard).toEqual(
    new Map([
      [200, HEARD],
      [429, SENT - HEARD],
    ]),
  );
  const sorted = waitsMs.toSorted((a, b) => a - b);
  const toShare = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(0);
  console.log(
    `rate limit: ${SENT - HEARD} of ${SENT} refused, ${sorted.length} posts of ${OTHERS} others kept meanwhile, ` +
      `p50 ${toShare(0.5)} ms, p99 ${toShare(0.99)} ms`,
  );

  const { status, headers } = await ask(flooder, daemon.port, toPost(flooder));
  const waitMs = Number(headers.get("retry-after")) * 1000;
  expect([status, waitMs > 0, waitMs <= 121_000]).toEqual([429, true, true]);
  await writeFile(clockFile, String(waitMs));
  const { header } = await sign(flooder, daemon.port, toPost(flooder), Date.now() + waitMs);
  expect(await send(daemon.port, toRequest(daemon.port, toPost(flooder), header))).toMatchObject({ status: 200 });
});
